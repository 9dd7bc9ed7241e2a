import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";

/** A package's folder, of a module's path. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENSE_FILE = /^(licen[cs]e|notice|copying)/i;

/**
 * Writes licenses.md next to the page: the licence text of each package whose code is in the page
 * or in its workers, because those licences require it. Vite's own list leaves the workers out.
 *
 * @returns a plugin for the page and one for its workers, which are built first
 */
export function listLicenses(): { page: Plugin; worker: Plugin } {
  const folders = new Set<string>();
  const collect = (bundle: Rolldown.OutputBundle) => {
    const modules = Object.values(bundle).flatMap((file) =>
      "moduleIds" in file ? file.moduleIds : [],
    );
    for (const module of modules) {
      const [folder] = PACKAGE.exec(module) ?? [];
      if (folder) folders.add(folder);
    }
  };
  return {
    worker: { name: "collect-licenses", generateBundle: (_options, bundle) => collect(bundle) },
    page: {
      name: "list-licenses",
      async generateBundle(_options, bundle) {
        collect(bundle);
        const sections = await Promise.all([...folders].sort().map(describe));
        const source = ["# Licences of what this page is made from\n", ...sections].join("\n");
        this.emitFile({ type: "asset", fileName: "licenses.md", source });
      },
    },
  };
}

/** Throws if a package has no licence text. */
async function describe(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  ) as Record<string, string>;
  const files = (await readdir(folder)).filter((file) => LICENSE_FILE.test(file)).sort();
  if (files.length === 0) throw new Error(`${name} ${version} has no licence text.`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return `## ${name} ${version} (${license})\n\n${texts.map((text) => text.trim()).join("\n\n")}\n`;
}
