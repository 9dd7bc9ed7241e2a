import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "./inspect.ts";
import { type LameKind, leanKey } from "./lean-recipe.ts";
import { cacheDirectory } from "./paths.ts";

/** Returns the folder for a build of the current recipe. */
export const leanDirectory = (arch: Arch, lame?: LameKind): string =>
  join(cacheDirectory, `lean-${arch}-${leanKey(arch, lame).slice(0, 16)}`);

/** Finds the folder of a finished build of the current recipe, or returns undefined. */
export function findLean(arch: Arch, lame?: LameKind): string | undefined {
  const directory = leanDirectory(arch, lame);
  return existsSync(join(directory, "bin/ffmpeg")) ? directory : undefined;
}

/** Returns whether this machine's processor has the instructions that the x86_64 build needs. */
export function canRunLean(arch: Arch): boolean {
  if (process.platform !== "linux") return false;
  if (arch !== "x86_64") return true;
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" ");
  // https://gitlab.com/x86-psABIs/x86-64-ABI, table 3.1, level x86-64-v3
  const level3 = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"];
  return level3.every((flag) => flags?.includes(flag));
}
