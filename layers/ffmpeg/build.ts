/**
 * Writes dist/layers/ffmpeg-<arch>/, the content of the Lambda layer:
 *   node layers/ffmpeg/build.ts [--arch x86_64|arm64] [--verify] [--require-lean]
 * --verify compiles the lean build a second time and compares the bytes. --require-lean fails if only
 * a full ffmpeg is available.
 *   node layers/ffmpeg/build.ts --plain-lame [--arch x86_64|arm64]
 * writes no layer, but compiles an ffmpeg with LAME as released, to compare ours with.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { buildLean, compileLean, findObstacle } from "./build-lean.ts";
import { explain } from "./explain.ts";
import {
  type Arch,
  findMissing,
  findRunner,
  readElfArch,
  readHostArch,
  readVersion,
} from "./inspect.ts";
import { findLean } from "./lean.ts";
import { leanKey } from "./lean-recipe.ts";
import { cacheDirectory, layerDirectory, repositoryRoot } from "./paths.ts";
import { fetchStaticFfmpeg } from "./static-package.ts";
import { fetchWheelFfmpeg, hashFile, wheelVersion } from "./wheel.ts";

/**
 * Lambda allows 250 MB, unzipped, for a function's code and layers; this leaves the rest for the
 * code. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const layerLimitBytes = 200_000_000;

/** The content of a layer's manifest.json. */
export const LayerManifest = z.object({
  arch: z.enum(["x86_64", "arm64"]),
  source: z.string(),
  /** Why it isn't the lean build. */
  fallbackReason: z.string().optional(),
  version: z.string(),
  configuration: z.string(),
  sha256: z.string(),
  sizeBytes: z.int(),
  /** False if this machine can't run the program; then only its processor was checked. */
  checked: z.boolean(),
});
export type LayerManifest = z.infer<typeof LayerManifest>;

interface Candidate {
  source: string;
  fallbackReason?: string;
  path: string;
  /** A folder of licence texts. */
  licenses: string;
}

/**
 * Creates the layer for `arch` unless it exists, and returns its manifest. It has the lean build if
 * this machine can compile it, or else a full ffmpeg from npm or PyPI.  @throws Error with a
 * sentence that says what to do, if compiling fails, nothing is available or the program lacks
 * something
 */
export async function buildLayer(arch: Arch): Promise<LayerManifest> {
  const made = readManifest(arch);
  if (made && isCurrent(made)) return made;

  const candidate = await findCandidate(arch);
  if (made && made.source === candidate.source && made.fallbackReason === candidate.fallbackReason)
    return made;
  const directory = layerDirectory(arch);
  const staging = `${directory}.${process.pid}`;
  await mkdir(join(staging, "bin"), { recursive: true });
  try {
    const program = join(staging, "bin/ffmpeg");
    await copyFile(candidate.path, program);
    await chmod(program, 0o755);
    await cp(candidate.licenses, join(staging, "licenses"), { recursive: true });
    const manifest = await describe(arch, candidate, program);
    await writeFile(join(staging, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(directory, { recursive: true, force: true });
    await rename(staging, directory);
    return manifest;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function readManifest(arch: Arch): LayerManifest | undefined {
  const directory = layerDirectory(arch);
  const path = join(directory, "manifest.json");
  if (!existsSync(path)) return undefined;
  const { data } = LayerManifest.safeParse(JSON.parse(readFileSync(path, "utf8")));
  const program = statSync(join(directory, "bin/ffmpeg"), { throwIfNoEntry: false });
  return data && program?.size === data.sizeBytes ? data : undefined;
}

/** A full ffmpeg is current only while the same obstacle prevents the lean build. */
function isCurrent({ arch, source, fallbackReason }: LayerManifest): boolean {
  if (!fallbackReason) return source === leanSource(arch);
  return !findLean(arch) && fallbackReason === findObstacle();
}

const leanSource = (arch: Arch): string => `lean build ${leanKey(arch).slice(0, 16)}`;

async function findCandidate(arch: Arch): Promise<Candidate> {
  const lean = await buildLean(arch);
  if ("obstacle" in lean) return findFullCandidate(arch, lean.obstacle);
  const licenses = join(lean.directory, "licenses");
  return { source: leanSource(arch), path: join(lean.directory, "bin/ffmpeg"), licenses };
}

async function findFullCandidate(arch: Arch, fallbackReason: string): Promise<Candidate> {
  const licenses = join(import.meta.dirname, "licenses");
  try {
    const path = await fetchStaticFfmpeg(arch);
    return { source: "npm's ffmpeg-static", fallbackReason, path, licenses };
  } catch {
    // Its installer downloads from outside the registry, which fails on many machines. PyPI's is as
    // good.
  }
  try {
    const path = await fetchWheelFfmpeg("linux", arch);
    return { source: `PyPI's imageio-ffmpeg ${wheelVersion}`, fallbackReason, path, licenses };
  } catch (cause) {
    throw new Error(
      `No ffmpeg for the ${arch} layer: it can't be compiled (${fallbackReason}), npm's ffmpeg-static isn't installed, and PyPI's imageio-ffmpeg isn't available: ${explain(cause)}.`,
      { cause },
    );
  }
}

async function describe(arch: Arch, candidate: Candidate, program: string): Promise<LayerManifest> {
  const found = await readElfArch(program);
  if (found !== arch) throw new Error(`${candidate.source} is for ${found}, not ${arch}`);
  const { size } = await stat(program);
  if (size > layerLimitBytes) {
    throw new Error(`${candidate.source} has ${size} bytes: too large for a Lambda layer`);
  }
  const { source, fallbackReason } = candidate;
  const manifest = {
    arch,
    source,
    ...(fallbackReason && { fallbackReason }),
    version: "unknown",
    configuration: "unknown",
    sha256: await hashFile(program),
    sizeBytes: size,
    checked: false,
  };
  const runner = findRunner(arch, program);
  if (!runner) return manifest;
  const missing = await findMissing(runner);
  if (missing.length > 0) throw new Error(`${source} lacks ${missing.join(", ")}`);
  return { ...manifest, ...(await readVersion(runner)), checked: true };
}

/** Compiles the lean build again in another folder. Throws unless the bytes are the layer's. */
async function verifyLayer({ arch, source, sha256 }: LayerManifest): Promise<string> {
  if (source !== leanSource(arch)) throw new Error(`${source} wasn't compiled here`);
  const again = await mkdtemp(join(cacheDirectory, "verify-"));
  try {
    await compileLean(arch, again);
    const found = await hashFile(join(again, "bin/ffmpeg"));
    if (found !== sha256) throw new Error(`a second build has different bytes: ${found}`);
    return found;
  } finally {
    await rm(again, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      arch: { type: "string", default: readHostArch() },
      verify: { type: "boolean", default: false },
      "plain-lame": { type: "boolean", default: false },
      "require-lean": { type: "boolean", default: false },
    },
  });
  const arch = LayerManifest.shape.arch.safeParse(values.arch);
  if (!arch.success) {
    console.error("--arch is x86_64 or arm64");
    process.exit(2);
  }
  try {
    if (values["plain-lame"]) {
      const plain = await buildLean(arch.data, { lame: "plain" });
      if ("obstacle" in plain) throw new Error(plain.obstacle);
      console.log(relative(repositoryRoot, plain.directory));
      process.exit();
    }
    const made = await buildLayer(arch.data);
    const why = made.fallbackReason ? ` (no lean build: ${made.fallbackReason})` : "";
    const size = `${(made.sizeBytes / 1e6).toFixed(1)} MB`;
    const check = made.checked
      ? ""
      : "; this machine can't run it, so only its processor is checked";
    const where = relative(repositoryRoot, layerDirectory(arch.data));
    console.log(`${where}: ffmpeg ${made.version}, ${made.source}${why}, ${size}${check}`);
    if (made.fallbackReason && values["require-lean"]) {
      throw new Error(
        "This isn't the ffmpeg that Tapedeck is tested with. It takes about twice as long, and isn't deployed unless you allow it: fix what prevents the lean build, or pass --allow-fallback to npm run deploy.",
      );
    }
    if (values.verify) console.log(`a second build has the same bytes: ${await verifyLayer(made)}`);
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}
