import { readHostArch } from "../../layers/ffmpeg/inspect.ts";
import { fetchWheelFfmpeg } from "../../layers/ffmpeg/wheel.ts";

let found: Promise<string> | undefined;

/** An ffmpeg that can make test media: with video encoders, which the layer's has not. */
export function findFullFfmpeg(): Promise<string> {
  found ??= process.env.TEST_FFMPEG
    ? Promise.resolve(process.env.TEST_FFMPEG)
    : fetchWheelFfmpeg(process.platform, readHostArch());
  return found;
}
