import type { AudioStream, Probe } from "./probe.ts";

/** Containers of cameras and broadcasters, by ffmpeg's names. Each channel is a track of its own. */
const ONE_CHANNEL_A_TRACK = new Set(["mxf", "gxf"]);

/**
 * Finds the track that is the right channel where `stream` is the left one: of mono tracks the first and
 * the second belong together, the third and the fourth, and so on.
 */
export function findRightChannel(
  { audio, container }: Probe,
  stream: AudioStream,
): AudioStream | undefined {
  if (!ONE_CHANNEL_A_TRACK.has(container) || stream.layout !== "mono") return undefined;
  const place = audio.indexOf(stream);
  const right = place % 2 === 0 ? audio[place + 1] : undefined;
  const isLike =
    right?.layout === "mono" &&
    right.codec === stream.codec &&
    right.sampleRate === stream.sampleRate;
  return isLike ? right : undefined;
}
