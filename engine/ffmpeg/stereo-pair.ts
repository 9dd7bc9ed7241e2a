import type { AudioStream, Probe } from "./probe.ts";

/** Containers of cameras and broadcasters, by ffmpeg's names, in which each channel is a track. */
const ONE_CHANNEL_A_TRACK = new Set(["mxf", "gxf"]);

export type Side = "left" | "right";

/** Two mono tracks that are the channels of one recording. */
export interface StereoPair {
  left: AudioStream;
  right: AudioStream;
}

/**
 * Finds the pair that `stream` belongs to. Its tracks are called left and right by their layouts or
 * names, or they are neighbours in a container that keeps each channel as a track. There, the first and
 * the second belong together, then the third and the fourth, and so on.
 */
export function findStereoPair(
  { audio, container }: Probe,
  stream: AudioStream,
): StereoPair | undefined {
  if (!isMono(stream)) return undefined;
  const alike = audio.filter(
    (other) =>
      isMono(other) && other.codec === stream.codec && other.sampleRate === stream.sampleRate,
  );
  const side = findSide(stream);
  if (side) {
    const others = alike.filter(
      (other) => findSide(other) === (side === "left" ? "right" : "left"),
    );
    const own = alike.filter((other) => findSide(other) === side);
    const other = others[own.indexOf(stream)];
    if (!other) return undefined;
    return side === "left" ? { left: stream, right: other } : { left: other, right: stream };
  }
  const place = audio.indexOf(stream);
  const right = place % 2 === 0 ? audio[place + 1] : undefined;
  const isPair = ONE_CHANNEL_A_TRACK.has(container) && right && alike.includes(right);
  return isPair ? { left: stream, right } : undefined;
}

export const isMono = ({ layout }: AudioStream): boolean =>
  layout === "mono" || layout.startsWith("1 channels");

function findSide({ layout, tags }: AudioStream): Side | undefined {
  const [, channel] = /\((FL|FR)\)$/.exec(layout) ?? [];
  if (channel) return channel === "FL" ? "left" : "right";
  return parseSide(tags.title ?? tags.handler_name ?? "");
}

/** Reads the side of a stereo recording from a track's name: "Left", "L", "Audio (right)". */
export function parseSide(name: string): Side | undefined {
  const sides = name.toLowerCase().match(/\b(left|right)\b|^[lr]$/g) ?? [];
  if (sides.length !== 1) return undefined;
  return sides[0]?.startsWith("l") ? "left" : "right";
}
