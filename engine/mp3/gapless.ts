import type { RangeReader } from "../reading/range-reader.ts";
import { type FrameHeader, parseFrameHeader } from "./frame.ts";
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

/** Reads the gapless data of an MP3 file; undefined where it has none or is no plain MP3. */
export async function readGaplessData(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<GaplessData | undefined> {
  let head = await reader.readHead(signal);
  if (head.toString("latin1", 0, 3) === "ID3" && head.length >= 10) {
    const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
    const end = 10 + size;
    head =
      end + 1024 < head.length ? head.subarray(end) : await reader.readAll(end, end + 4096, signal);
  }
  const header = parseFrameHeader(head, 0);
  if (!header || head.length < header.sizeBytes) return undefined;
  const at = findInfoTag(head.subarray(0, header.sizeBytes), header);
  if (at === undefined) return undefined;
  const flags = head.readUInt32BE(at + 4);
  const lame =
    at +
    8 +
    (flags & 1 ? 4 : 0) +
    (flags & 2 ? 4 : 0) +
    (flags & 4 ? 100 : 0) +
    (flags & 8 ? 4 : 0);
  if (
    lame + 24 > header.sizeBytes ||
    !/^(LAME|Lav[cf])/.test(head.toString("latin1", lame, lame + 4))
  ) {
    return undefined;
  }
  const both = head.readUIntBE(lame + 21, 3);
  return { delaySamples: both >> 12, paddingSamples: both & 0xfff };
}
