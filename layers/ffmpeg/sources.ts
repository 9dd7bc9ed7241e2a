import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type DebianArchive, openDebianArchive } from "./debian-archive.ts";
import { explain } from "./explain.ts";
import { type Archive, type Source, sources } from "./lean-recipe.ts";
import { cacheDirectory } from "./paths.ts";
import { hashFile } from "./wheel.ts";

/** Places to search before the usual ones. */
export interface SourcePlaces {
  /** A folder with archives that somebody put there. */
  folder?: string | undefined;
  /** The address of a folder with archives. The server needn't be trusted. */
  mirror?: string | undefined;
}

/** `TAPEDECK_SOURCES` and `TAPEDECK_SOURCE_MIRROR`. */
const readSourcePlaces = (): SourcePlaces => ({
  folder: process.env.TAPEDECK_SOURCES,
  mirror: process.env.TAPEDECK_SOURCE_MIRROR,
});

/** A source's archive on this machine. */
export interface FetchedSource {
  name: string;
  path: string;
}

/**
 * Fetches every source as an archive with a pinned SHA-256, from the first place that has it: the
 * cache, the given folder, the given mirror, Debian's archive, the project's own addresses. A wrong
 * file in the given folder is an error at once, since whoever put it there wants to know.  @throws
 * Error with a sentence that names each place and why it didn't help
 */
export async function fetchSources(
  wanted: readonly Source[] = sources,
  places = readSourcePlaces(),
  kept = join(cacheDirectory, "sources"),
): Promise<FetchedSource[]> {
  await mkdir(kept, { recursive: true });
  const fetched: FetchedSource[] = [];
  let opened: Promise<DebianArchive> | undefined;
  const debian = () => (opened ??= openDebianArchive());
  try {
    for (const source of wanted) {
      fetched.push(await fetchSource(source, { places, debian, kept }));
    }
    return fetched;
  } finally {
    await opened?.then(
      (archive) => archive.close(),
      () => {},
    );
  }
}

interface Surroundings {
  places: SourcePlaces;
  debian: () => Promise<DebianArchive>;
  /** The archives' cache. */
  kept: string;
}

async function fetchSource(source: Source, around: Surroundings): Promise<FetchedSource> {
  const { places, kept } = around;
  for (const { file, sha256 } of source.archives) {
    const path = join(kept, file);
    if (!(await exists(path))) continue;
    if ((await hashFile(path)) === sha256) return { name: source.name, path };
    await rm(path);
  }
  const staging = await mkdtemp(join(kept, "fetch-"));
  const reasons: string[] = [];
  try {
    for (const [place, archive, get] of listAttempts(source, around)) {
      const path = join(staging, archive.file);
      try {
        await get(path);
      } catch (error) {
        reasons.push(`${place}: ${explain(error)}`);
        continue;
      }
      const found = await hashFile(path);
      if (found === archive.sha256) {
        await rename(path, join(kept, archive.file));
        return { name: source.name, path: join(kept, archive.file) };
      }
      const wrong = `${archive.file} there is not the pinned file (its SHA-256 is ${found})`;
      if (place === places.folder) throw new Error(`${wrong}: take it out of ${place}`);
      reasons.push(`${place}: ${wrong}`);
      await rm(path);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  throw new Error(
    `${source.name} ${source.version} isn't available (${reasons.join("; ")}); put ${source.archives[0]?.file} into a folder and set TAPEDECK_SOURCES to it`,
  );
}

type Attempt = [place: string, archive: Archive, get: (path: string) => Promise<void>];

function* listAttempts(source: Source, { places, debian }: Surroundings): Generator<Attempt> {
  const { folder, mirror } = places;
  for (const archive of source.archives) {
    if (folder) {
      yield [folder, archive, (path) => copyFrom(join(resolve(folder), archive.file), path)];
    }
  }
  for (const archive of source.archives) {
    if (mirror) {
      const address = `${mirror.replace(/\/+$/, "")}/${encodeURIComponent(archive.file)}`;
      yield [address, archive, (path) => download(address, path)];
    }
  }
  for (const archive of source.archives) {
    if (archive.isInDebian) {
      const get = async (path: string) => (await debian()).download(source.name, archive, path);
      yield ["Debian's archive", archive, get];
    }
  }
  for (const archive of source.archives) {
    for (const address of archive.addresses) {
      yield [address, archive, (path) => download(address, path)];
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function copyFrom(from: string, to: string): Promise<void> {
  if (!(await exists(from))) throw new Error("it isn't there");
  await copyFile(from, to);
}

/** No archive is larger than this. */
const archiveLimitBytes = 32 << 20;

async function download(address: string, path: string): Promise<void> {
  const response = await fetch(address, { signal: AbortSignal.timeout(120_000) }).catch((error) => {
    throw new Error(error.cause?.code ?? explain(error));
  });
  if (!response.ok) throw new Error(`the answer is ${response.status}`);
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > archiveLimitBytes) throw new Error("it is larger than any archive");
    chunks.push(chunk);
  }
  await writeFile(path, Buffer.concat(chunks));
}
