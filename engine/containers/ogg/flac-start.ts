/** Where a page has its position and its segments (RFC 3533 §6), in bytes. */
const POSITION_AT = 6;
const SEGMENTS_AT = 26;

/** Where a stream's first packet has FLAC's largest block and its rate (FLAC-to-Ogg mapping 1.0). */
const LARGEST_BLOCK_AT = 19;
const RATE_AT = 27;

/**
 * How late on its own clock the FLAC in an Ogg file begins, in seconds: what was taken from a broadcast
 * has the broadcast's clock, which ffmpeg doesn't see. 0 for other files.
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
