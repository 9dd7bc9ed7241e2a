import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOCAL_STACK_NAME } from "../../deployed/stack.ts";
import { ROOT_DIR } from "../../deployed/state.ts";
import { type LocalTarget, synthesize } from "../../localstack/assembly.ts";
import { runCommand } from "../../localstack/child.ts";

const LOCK_FILE = "package-lock.json";

/** Reads the template that an assembly deploys. */
export const readTemplate = async ({ assemblyDir }: Pick<LocalTarget, "assemblyDir">) =>
  JSON.parse(await readFile(join(assemblyDir, `${LOCAL_STACK_NAME}.template.json`), "utf8"));

/**
 * Writes `to`'s assembly: that of `from`, with other bytes in each function, and `to`'s ffmpeg. So
 * a deployment of one after the other replaces every function, as a release does.
 */
export async function writeStandIn(from: LocalTarget, to: LocalTarget): Promise<void> {
  await cp(from.assemblyDir, to.assemblyDir, { recursive: true });
  const names = ["template", "assets"].map((part) => `${LOCAL_STACK_NAME}.${part}.json`);
  const files = [...names, "manifest.json"].map((name) => join(to.assemblyDir, name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const assets = new Set(texts.join().match(/(?<=asset\.)[0-9a-f]{64}/g));
  const rewrites = new Map([[from.ffmpegPath, to.ffmpegPath]]);
  for (const asset of assets) {
    const other = createHash("sha256").update(asset).digest("hex");
    const directory = join(to.assemblyDir, `asset.${other}`);
    await rename(join(to.assemblyDir, `asset.${asset}`), directory);
    await appendFile(join(directory, "index.mjs"), "\n// earlier\n");
    rewrites.set(asset, other);
  }
  for (const [index, file] of files.entries()) {
    let text = texts[index] ?? "";
    for (const [before, after] of rewrites) text = text.replaceAll(before, after);
    await writeFile(file, text);
  }
}

/** Writes the assembly of `commit`'s code, built in `directory` with its own packages. */
export async function writeRelease(commit: string, to: LocalTarget, directory: string) {
  const archive = `${directory}.tar`;
  await mkdir(directory, { recursive: true });
  await runCommand("git", ["archive", "--output", archive, commit]);
  await runCommand("tar", ["--extract", "--file", archive, "--directory", directory]);
  const [then, now] = await Promise.all(
    [directory, ROOT_DIR].map((root) => readFile(join(root, LOCK_FILE), "utf8")),
  );
  if (then === now) {
    await symlink(join(ROOT_DIR, "node_modules"), join(directory, "node_modules"));
  } else await runCommand("npm", ["ci", "--no-audit", "--no-fund"], { cwd: directory });
  for (const script of ["build:functions", "build:web"]) {
    await runCommand("npm", ["run", "--silent", script], { cwd: directory });
  }
  await synthesize(to, directory);
}
