import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const run = promisify(execFile);

/** Measures a file's integrated loudness by EBU R 128, in LUFS. */
export async function measureLoudness(path: string): Promise<number> {
  const { stderr } = await run(await findFullFfmpeg(), [
    "-nostats",
    ...toArguments({ i: path, map: "0:a:0" }),
    ...toArguments({ af: "ebur128=framelog=verbose", f: "null" }),
    "-",
  ]);
  return Number(/I: +(-[\d.]+) LUFS\s+Threshold/.exec(stderr)?.[1]);
}
