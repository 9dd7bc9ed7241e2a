import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { z } from "zod";
import { sourceLicenses, sources } from "../layers/ffmpeg/lean-recipe.ts";
import { zigVersion } from "../layers/ffmpeg/zig.ts";

export const ROOT = join(import.meta.dirname, "..");

/** The entry points of our code that runs for users. */
const ENTRIES = { functions: "functions/*/index.ts", page: "web/src/**/{main.tsx,*.worker.ts}" };

export interface Shipped {
  name: string;
  version: string;
  /** An SPDX expression; undefined if the package names none. */
  license: string | undefined;
  places: (keyof typeof ENTRIES | "ffmpeg layer")[];
}

/** The C library that zig links into ffmpeg. */
export const MUSL: Shipped = {
  name: "musl",
  version: `of zig ${zigVersion}`,
  license: "MIT",
  places: ["ffmpeg layer"],
};

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional() }),
  ),
});

/**
 * Lists every package that has bytes in a function's bundle, in the page or in the ffmpeg layer.
 * The list has what the bundler reads from each entry, not what package.json calls a dependency.
 */
export async function findShipped(): Promise<Shipped[]> {
  const { packages } = Lock.parse(
    JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")),
  );
  const shipped = new Map<string, Shipped>();
  for (const place of Object.keys(ENTRIES) as (keyof typeof ENTRIES)[]) {
    for (const path of await findBundled(ENTRIES[place])) {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const { version = "", license } = packages[path] ?? {};
      const known = shipped.get(`${name}@${version}`);
      if (!known) shipped.set(`${name}@${version}`, { name, version, license, places: [place] });
      else if (!known.places.includes(place)) known.places.push(place);
    }
  }
  const npm = [...shipped.values()].sort((a, b) => a.name.localeCompare(b.name));
  const compiled = sources.map(({ name, version }): Shipped => {
    return { name, version, license: sourceLicenses[name], places: ["ffmpeg layer"] };
  });
  return [...npm, ...compiled, MUSL];
}

/**
 * Finds the folders in node_modules that the bundler reads for these entries, as the lock file
 * names them.
 */
async function findBundled(entries: string): Promise<Set<string>> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: await Array.fromAsync(glob(entries, { cwd: ROOT })),
    outdir: "dist/nothing-is-written",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: entries === ENTRIES.page ? "browser" : "node",
    mainFields: ["module", "main"],
    external: ["pg-native"],
    loader: { ".svg": "empty", ".wasm": "empty", ".woff2": "empty" },
    logLevel: "error",
  });
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  return new Set(folders);
}
