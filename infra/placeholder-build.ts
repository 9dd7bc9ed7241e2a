import { glob, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Lists every folder of functions/ that becomes a Lambda function. */
export const functionNames = async () =>
  (await Array.fromAsync(glob("*/index.ts", { cwd: join(ROOT, "functions") })))
    .map((entry) => dirname(entry))
    .sort();

/** Fills `directory` with an empty build, which is enough to synthesise a template. */
export async function writePlaceholderBuild(directory: string): Promise<void> {
  const paths = [
    ...(await functionNames()).map((name) => `dist/functions/${name}/index.mjs`),
    "dist/layers/ffmpeg-arm64/bin/ffmpeg",
    "web/dist/index.html",
    "web/dist/assets/index-1.js",
  ];
  for (const path of paths) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), "");
  }
}
