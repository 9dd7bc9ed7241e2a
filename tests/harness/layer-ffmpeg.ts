import { buildLean } from "../../layers/ffmpeg/build-lean.ts";
import { readHostArch } from "../../layers/ffmpeg/inspect.ts";
import { canRunLean } from "../../layers/ffmpeg/lean.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";

/**
 * Compiles the lean ffmpeg, which ships, if this machine can. It takes a minute, once, and every test file
 * finds it. Returns a sentence about the ffmpeg that the tests run with. Throws if compiling fails,
 * because tests with another ffmpeg would hide that.
 */
export async function prepareFfmpeg(): Promise<string> {
  const reason = await findReasonForAnother();
  const { source, version } = await resolveFfmpeg();
  const why = reason ? `, not with the lean build that ships: ${reason}` : "";
  return `The tests run with ${source} (ffmpeg ${version})${why}.`;
}

async function findReasonForAnother(): Promise<string | undefined> {
  if (process.env.FFMPEG_BIN) return undefined;
  const arch = readHostArch();
  if (!canRunLean(arch)) return "this machine can't run it";
  const lean = await buildLean(arch);
  return "obstacle" in lean ? lean.obstacle : undefined;
}
