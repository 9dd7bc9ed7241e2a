/** Byte offsets of a page's position and of its segment count (RFC 3533 §6). */
const POSITION_AT = 6;
const SEGMENTS_AT = 26;

/**
 * Byte offsets of the largest block and the rate in FLAC's first packet (FLAC-to-Ogg mapping 1.0).
 */
const LARGEST_BLOCK_AT = 19;
const RATE_AT = 27;

/**
 * Reads when the FLAC in an Ogg file begins on its own clock, in seconds. A recording of a
 * broadcast has the broadcast's clock, and ffmpeg doesn't notice. Returns 0 for other files.
 */
export function readOggFlacStart(head: Buffer): number {
  const first = 28;
  if (head.length < 64 || head.toString("latin1", first, first + 5) !== "\x7fFLAC") return 0;
  const largestBlock = head.readUInt16BE(first + LARGEST_BLOCK_AT);
  const rate = head.readUIntBE(first + RATE_AT, 3) >> 4;
  for (let at = 0; at + SEGMENTS_AT < head.length; ) {
    if (head.toString("latin1", at, at + 4) !== "OggS") return 0;
    const segments = head[at + SEGMENTS_AT] as number;
    const body = at + SEGMENTS_AT + 1 + segments;
    const lengths = head.subarray(at + SEGMENTS_AT + 1, body);
    const position = Number(head.readBigInt64LE(at + POSITION_AT));
    if (position > 0) {
      const packets = lengths.filter((length) => length < 255).length;
      return rate > 0 ? Math.max(0, position - packets * largestBlock) / rate : 0;
    }
    at = lengths.reduce((sum, length) => sum + length, body);
  }
  return 0;
}
