import { rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, buildLean } from "./build-lean.ts";
import { explain } from "./explain.ts";
import { readHostArch, readVersion } from "./inspect.ts";
import { canRunLean, findLean } from "./lean.ts";
import { findStaticFfmpeg } from "./static-package.ts";
import { fetchWheelFfmpeg, wheelVersion } from "./wheel.ts";

export interface ResolvedFfmpeg {
  path: string;
  /** As ffmpeg prints it, e.g. "9.0.2". */
  version: string;
  /** Where it comes from, in plain words, e.g. "the lean build". */
  source: string;
}

/**
 * Finds the ffmpeg for local runs: `FFMPEG_BIN`, or else the lean build, or else npm's
 * ffmpeg-static if its download worked, or else PyPI's imageio-ffmpeg, which the first call
 * downloads (60 to 70 MB). Never compiles.  @throws Error with a sentence that says what to do, if
 * there is none
 */
export async function resolveFfmpeg(): Promise<ResolvedFfmpeg> {
  const given = process.env.FFMPEG_BIN;
  if (given) {
    try {
      return await describe(given, "FFMPEG_BIN");
    } catch (cause) {
      throw new Error(
        `FFMPEG_BIN is ${given}, which doesn't run as ffmpeg: correct it or unset it.`,
        { cause },
      );
    }
  }
  const arch = readHostArch();
  const lean = findLean(arch);
  if (lean && canRunLean(arch)) return describe(join(lean, "bin/ffmpeg"), "the lean build");
  const installed = findStaticFfmpeg();
  if (installed) return describe(installed, "npm's ffmpeg-static");
  try {
    const path = await fetchWheelFfmpeg(process.platform, arch);
    return await describe(path, `PyPI's imageio-ffmpeg ${wheelVersion}`);
  } catch (cause) {
    throw new Error(
      `No ffmpeg: npm's ffmpeg-static isn't installed and PyPI's imageio-ffmpeg isn't available (${explain(cause)}). Install an ffmpeg with libmp3lame and set FFMPEG_BIN to its path.`,
      { cause },
    );
  }
}

async function describe(path: string, source: string): Promise<ResolvedFfmpeg> {
  const { version } = await readVersion([path]);
  return { path, version, source };
}

/** Points `link` at the ffmpeg for local runs and returns it. Throws like {@link resolveFfmpeg}. */
export async function linkFfmpeg(link: string): Promise<ResolvedFfmpeg> {
  const resolved = await resolveFfmpeg();
  const next = `${link}.${process.pid}`;
  await rm(next, { force: true });
  await symlink(resolved.path, next);
  // A single step, so a conversion that begins now finds one or the other.
  await rename(next, link);
  return resolved;
}

/** Returns whether compiling the lean build would change what local runs use. */
export const wouldUseLean = (): boolean =>
  !process.env.FFMPEG_BIN && canRunLean(readHostArch()) && !findLean(readHostArch());

/**
 * Compiles the lean build at the lowest priority and moves `link` to it. Returns a sentence for the
 * user: what runs from now on, or why nothing changes.
 */
export async function improveFfmpeg(link: string, options: BuildOptions): Promise<string> {
  const lean = await buildLean(readHostArch(), { isPatient: true, ...options });
  if ("obstacle" in lean) return `Conversions keep using this ffmpeg: ${lean.obstacle}`;
  const { source, version } = await linkFfmpeg(link);
  return `From the next conversion on: ${source} (ffmpeg ${version})`;
}
