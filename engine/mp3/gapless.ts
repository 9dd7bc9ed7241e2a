import type { FrameHeader } from "./frame.ts";
import { DECODER_DELAY_SAMPLES } from "./xing-header.ts";

/** How many samples a player drops at an MP3's start and end, as LAME counts them. */
export interface GaplessData {
  delaySamples: number;
  paddingSamples: number;
}

/** Converts counts of surplus samples in a decoder's output. LAME's counts leave out the decoder's delay. */
export const countDecodedAsLame = (startSamples: number, endSamples: number): GaplessData => ({
  delaySamples: startSamples - DECODER_DELAY_SAMPLES,
  paddingSamples: endSamples + DECODER_DELAY_SAMPLES,
});

/** Returns the offset of the Xing or Info tag in a frame. */
export function findInfoTag(frame: Uint8Array, header: FrameHeader): number | undefined {
  const at = 4 + header.sideInfoBytes;
  const name = Buffer.from(frame.subarray(at, at + 4)).toString("latin1");
  return name === "Xing" || name === "Info" ? at : undefined;
}

/** Parses the gapless data of a frame whose Xing or Info tag is at `at`. @returns undefined if it has none */
export function parseGapless(frame: Buffer, at: number): GaplessData | undefined {
  if (at + 8 > frame.length) return undefined;
  const flags = frame.readUInt32BE(at + 4);
  const lame =
    at +
    8 +
    (flags & 1 ? 4 : 0) +
    (flags & 2 ? 4 : 0) +
    (flags & 4 ? 100 : 0) +
    (flags & 8 ? 4 : 0);
  if (
    lame + 24 > frame.length ||
    !/^(LAME|Lav[cf])/.test(frame.toString("latin1", lame, lame + 4))
  ) {
    return undefined;
  }
  const both = frame.readUIntBE(lame + 21, 3);
  return { delaySamples: both >> 12, paddingSamples: both & 0xfff };
}

/** Parses the number of frames, without its own, in the tag at `at`. @returns undefined if it has none */
export function parseFrameCount(frame: Buffer, at: number): number | undefined {
  const hasCount = at + 12 <= frame.length && (frame.readUInt32BE(at + 4) & 1) !== 0;
  return hasCount ? frame.readUInt32BE(at + 8) : undefined;
}
