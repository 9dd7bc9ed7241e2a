import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Arch } from "./inspect.ts";
import { cacheDirectory } from "./paths.ts";

/** The folder of npm's `ffmpeg-static`, an optional dependency: absent where its download fails. */
function findPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("ffmpeg-static"));
  } catch {
    return undefined;
  }
}

/** The ffmpeg that `npm ci` fetched for this machine, if it did. */
export function findStaticFfmpeg(): string | undefined {
  const folder = findPackage();
  const path = folder && join(folder, "ffmpeg");
  return path && existsSync(path) ? path : undefined;
}

/**
 * The package's ffmpeg for Linux on `arch`, fetched by its own installer, which takes the target
 * from `npm_config_*` and where to write from `FFMPEG_BIN`. Throws where it can't be fetched.
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
