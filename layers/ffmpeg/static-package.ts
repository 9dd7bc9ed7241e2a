import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Arch } from "./inspect.ts";
import { cacheDirectory } from "./paths.ts";

/**
 * Finds the folder of npm's `ffmpeg-static`, an optional dependency, which is missing if its
 * download failed.
 */
function findPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("ffmpeg-static"));
  } catch {
    return undefined;
  }
}

/** Finds the ffmpeg that `npm ci` downloaded for this machine, if it did. */
export function findStaticFfmpeg(): string | undefined {
  const folder = findPackage();
  const path = folder && join(folder, "ffmpeg");
  return path && existsSync(path) ? path : undefined;
}

/**
 * Downloads the package's ffmpeg for Linux on `arch` with its own installer, which reads the target
 * from `npm_config_*` and the destination from `FFMPEG_BIN`. Throws if the download fails.
 */
export async function fetchStaticFfmpeg(arch: Arch): Promise<string> {
  const folder = findPackage();
  if (!folder) throw new Error("ffmpeg-static is not installed");
  const path = join(cacheDirectory, `ffmpeg-static-linux-${arch}/ffmpeg`);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  const npmArch = arch === "x86_64" ? "x64" : arch;
  const target = { npm_config_arch: npmArch, npm_config_platform: "linux", FFMPEG_BIN: partial };
  await promisify(execFile)(process.execPath, [join(folder, "install.js")], {
    env: { ...process.env, ...target },
  });
  await chmod(partial, 0o755);
  await rename(partial, path);
  return path;
}
