import type { FrameHeader } from "./frame.ts";
import { DECODER_DELAY_SAMPLES } from "./xing-header.ts";

/** Samples that an MP3's own header says to drop at its start and end, as LAME counts them. */
export interface GaplessData {
  delaySamples: number;
  paddingSamples: number;
}

/** Converts samples that a decoder's output has too many of: LAME counts without the decoder's delay. */
export const countDecodedAsLame = (startSamples: number, endSamples: number): GaplessData => ({
  delaySamples: startSamples - DECODER_DELAY_SAMPLES,
  paddingSamples: endSamples + DECODER_DELAY_SAMPLES,
});

/** Offset of the Xing or Info tag in a frame. */
export function findInfoTag(frame: Uint8Array, header: FrameHeader): number | undefined {
  const at = 4 + header.sideInfoBytes;
  const name = Buffer.from(frame.subarray(at, at + 4)).toString("latin1");
  return name === "Xing" || name === "Info" ? at : undefined;
}

/** The gapless data of the frame that has its Xing or Info tag at `at`; undefined where it has none. */
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

/** How many frames the Xing or Info tag at `at` counts, its own not included; undefined where it doesn't. */
export function parseFrameCount(frame: Buffer, at: number): number | undefined {
  const hasCount = at + 12 <= frame.length && (frame.readUInt32BE(at + 4) & 1) !== 0;
  return hasCount ? frame.readUInt32BE(at + 8) : undefined;
}
