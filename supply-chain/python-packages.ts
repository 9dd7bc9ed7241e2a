import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ffmpegWheels, wheelVersion } from "../layers/ffmpeg/wheel.ts";
import { zigVersion, zigWheels } from "../layers/ffmpeg/zig.ts";
import { ROOT } from "./shipped.ts";

const REQUIREMENTS = [
  "localstack/requirements.txt",
  "tests/contract/requirements.txt",
  "tests/localstack/requirements.txt",
];
/** Fetched by our own code: the compiler of the layer's ffmpeg, and an ffmpeg with encoders. */
const WHEELS = [
  { name: "ziglang", version: zigVersion, wheels: zigWheels },
  { name: "imageio-ffmpeg", version: wheelVersion, wheels: ffmpegWheels },
];

interface PythonPackage {
  name: string;
  version: string;
  /** SHA-256 of each of the release's files that may be installed. */
  hashes: string[];
}

/**
 * Lists every pinned package of the emulator, the tests and the layer's build, each version once.
 * None of them ships as it is.
 */
export async function readPythonPackages(): Promise<PythonPackage[]> {
  const texts = await Promise.all(REQUIREMENTS.map((path) => readFile(join(ROOT, path), "utf8")));
  const found = new Map<string, PythonPackage>();
  for (const text of texts.flatMap((all) => all.split(/\n(?=\w)/))) {
    const [, name, version] = /^([\w.-]+)==([^\s;\\]+)/.exec(text) ?? [];
    if (name === undefined || version === undefined) continue;
    const hashes = [...text.matchAll(/sha256:([0-9a-f]{64})/g)].map(([, hash]) => hash ?? "");
    found.set(`${name}@${version}`, { name, version, hashes });
  }
  for (const { name, version, wheels } of WHEELS) {
    const hashes = Object.values(wheels).map(({ sha256 }) => sha256);
    found.set(`${name}@${version}`, { name, version, hashes });
  }
  return [...found.values()];
}
