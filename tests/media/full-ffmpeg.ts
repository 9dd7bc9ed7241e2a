import { readHostArch } from "../../layers/ffmpeg/inspect.ts";
import { fetchWheelFfmpeg } from "../../layers/ffmpeg/wheel.ts";

let found: Promise<string> | undefined;

/** Finds an ffmpeg that can make test media. The layer's can't, because it has no video encoders. */
export function findFullFfmpeg(): Promise<string> {
  found ??= process.env.TEST_FFMPEG
    ? Promise.resolve(process.env.TEST_FFMPEG)
    : fetchWheelFfmpeg(process.platform, readHostArch());
  return found;
}
