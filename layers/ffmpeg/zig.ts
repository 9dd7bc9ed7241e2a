import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { readHostArch } from "./inspect.ts";
import { cacheDirectory } from "./paths.ts";
import { fetchWheel, type Wheel } from "./wheel.ts";

/**
 * ziglang is a Python package that carries a C compiler for every processor, with its C library.
 */
export const zigVersion = "0.17.1";

const linux = (glibc: string, cpu: string): string =>
  `manylinux_${glibc}_${cpu}.manylinux${glibc === "2_12" ? 2010 : 2014}_${cpu}.musllinux_1_1_${cpu}`;

/** By platform and processor. */
export const zigWheels: Readonly<Record<string, Wheel>> = {
  "linux-x86_64": {
    tag: linux("2_12", "x86_64"),
    sha256: "ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54",
  },
  "linux-arm64": {
    tag: linux("2_17", "aarch64"),
    sha256: "b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e",
  },
  "darwin-x86_64": {
    tag: "macosx_13_0_x86_64",
    sha256: "4e0b4b9c02b8d0d220e9948010f860b62ff11d96abb39762eca5fa2ef3f7bc97",
  },
  "darwin-arm64": {
    tag: "macosx_13_0_arm64",
    sha256: "09953b6af7f64168b915180a42774f520f92d86ef6331b28e33915c7e1f0bb23",
  },
};

/**
 * Returns the compiler's folder, with `zig` and `lib/` in it, which the first call downloads (100
 * MB, 410 unpacked) and keeps. Throws if there is no Python with pip, no package index, or no such
 * package.
 */
export async function fetchZig(): Promise<string> {
  const target = `${process.platform}-${readHostArch()}`;
  const wheel = zigWheels[target];
  if (!wheel) throw new Error(`ziglang ${zigVersion} has no wheel for ${target}`);
  const home = join(cacheDirectory, `ziglang-${zigVersion}-${target}`);
  if (existsSync(home)) return home;
  await fetchWheel("ziglang", zigVersion, wheel, home, async (unpacked) => {
    const compiler = join(unpacked, "ziglang");
    await chmod(join(compiler, "zig"), 0o755);
    return compiler;
  });
  return home;
}
