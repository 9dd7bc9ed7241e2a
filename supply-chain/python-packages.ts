import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./shipped.ts";

const REQUIREMENTS = ["localstack/requirements.txt", "tests/localstack/requirements.txt"];

interface PythonPackage {
  name: string;
  version: string;
  /** SHA-256 of each file of the release that may be installed. */
  hashes: string[];
}

/** Every pinned package of the emulator and of the tests, each version once. None of it ships. */
export async function readPythonPackages(): Promise<PythonPackage[]> {
  const texts = await Promise.all(REQUIREMENTS.map((path) => readFile(join(ROOT, path), "utf8")));
  const found = new Map<string, PythonPackage>();
  for (const text of texts.flatMap((all) => all.split(/\n(?=\w)/))) {
    const [, name, version] = /^([\w.-]+)==([^\s;\\]+)/.exec(text) ?? [];
    if (name === undefined || version === undefined) continue;
    const hashes = [...text.matchAll(/sha256:([0-9a-f]{64})/g)].map(([, hash]) => hash ?? "");
    found.set(`${name}@${version}`, { name, version, hashes });
  }
  return [...found.values()];
}
