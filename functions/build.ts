import { cp, glob, readFile, rm } from "node:fs/promises";
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

/** The part of WebAssembly that TypeScript knows only with a browser's types. */
interface WebAssemblyModules {
  new (bytes: Uint8Array): object;
  imports(module: object): { module: string }[];
  exports(module: object): { name: string }[];
}

/**
 * Puts WebAssembly into the bundle, and makes it what an `import` of it is in Node: a module with the
 * instance's exports. With a dynamic `import` it is compiled when that first runs.
 */
export const bundleWebAssembly: Plugin = {
  name: "bundle-web-assembly",
  setup({ onLoad }) {
    const { Module } = Reflect.get(globalThis, "WebAssembly") as { Module: WebAssemblyModules };
    onLoad({ filter: /\.wasm$/ }, async ({ path }) => {
      const bytes = await readFile(path);
      const module = new Module(bytes);
      const from = [...new Set(Module.imports(module).map((one) => JSON.stringify(one.module)))];
      const names = Module.exports(module).map(({ name }) => name);
      return {
        resolveDir: dirname(path),
        contents: [
          ...from.map((name, at) => `import * as import${at} from ${name};`),
          `const bytes = Buffer.from("${bytes.toString("base64")}", "base64");`,
          // The imported module may import this one, and be run after it.
          "const callLater = (module) =>",
          "  new Proxy({}, { get: (_, name) => (...given) => module[name](...given) });",
          `const imports = { ${from.map((name, at) => `${name}: callLater(import${at})`).join(", ")} };`,
          "const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);",
          `export const { ${names.join(", ")} } = exports;`,
        ].join("\n"),
      };
    });
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
    plugins: [keepOnlyEnglish, bundleWebAssembly],
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
