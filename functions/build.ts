import { cp, glob, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const FUNCTIONS_DIR = import.meta.dirname;
export const BUNDLES_DIR = resolve(FUNCTIONS_DIR, "../dist/functions");

/** `import { z } from "zod"` carries 50 languages of error messages, 350 kB; only English is used. */
const keepOnlyEnglish: Plugin = {
  name: "keep-only-english",
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};

/**
 * Bundles every functions/NAME/index.ts to dist/functions/NAME/index.mjs, which is what is
 * deployed. The same sources produce the same bytes, so an unchanged function keeps its asset hash.
 *
 * @returns the functions' names and bundle sizes in bytes
 */
export async function buildFunctions(): Promise<Map<string, number>> {
  const entries = await Array.fromAsync(glob("*/index.ts", { cwd: FUNCTIONS_DIR }));
  const names = entries.map(dirname).sort();
  await rm(BUNDLES_DIR, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: resolve(FUNCTIONS_DIR, ".."),
    entryPoints: names.map((name) => ({
      in: join(FUNCTIONS_DIR, name, "index.ts"),
      out: `${name}/index`,
    })),
    outdir: BUNDLES_DIR,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    metafile: true,
    plugins: [keepOnlyEnglish],
    // Part of pg that needs a native package, loaded only when that is installed.
    external: ["pg-native"],
    // CommonJS packages in an ES module call `require` for Node's own modules.
    banner: {
      js: 'import { createRequire as bannerCreateRequire } from "node:module"; const require = bannerCreateRequire(import.meta.url);',
    },
  });
  for await (const directory of glob("*/migrations", { cwd: FUNCTIONS_DIR })) {
    await cp(join(FUNCTIONS_DIR, directory), join(BUNDLES_DIR, directory), { recursive: true });
  }
  return new Map(
    Object.entries(metafile.outputs).map(([file, { bytes }]) => [basename(dirname(file)), bytes]),
  );
}

if (import.meta.main) {
  for (const [name, sizeBytes] of await buildFunctions()) {
    console.log(`${name.padEnd(12)} ${(sizeBytes / 1000).toFixed(0).padStart(6)} kB`);
  }
}
