/**
 * The signatures of Dolby TrueHD and MLP (Dolby, "MLP bitstream syntax"). Sizes count 16-bit words.
 */
const TRUEHD_SYNC = Buffer.from("f8726fba", "hex");
const MLP_SYNC = Buffer.from("f8726fbb", "hex");
const SYNCS = [TRUEHD_SYNC, MLP_SYNC];

/** The size of a major sync: the signature and the description of the streams. */
const SYNC_BYTES = 28;
/** The header of every access unit. A major sync may follow it. */
const HEADER_BYTES = 4;
const SUBSTREAMS_AT = HEADER_BYTES + 16;
const EXTENSION_AT = HEADER_BYTES + 25;

const hasSync = (bytes: Buffer, at: number): boolean =>
  SYNCS.some((sync) => bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + 4).equals(sync));

export const beginsAsMlp = (head: Buffer): boolean => hasSync(head, 0);

/**
 * Finds how an MLP or TrueHD file ends. Starts at the last access unit with a major sync. `end` is
 * where the last unit ends.
 */
export function findMlpEnd(tail: Buffer): { isCut: boolean; end: number } {
  const start = Math.max(...SYNCS.map((sync) => tail.lastIndexOf(sync))) - HEADER_BYTES;
  const substreams = (tail[start + SUBSTREAMS_AT] ?? 0) >> 4;
  let at = Math.max(0, start);
  while (start >= 0 && at + HEADER_BYTES <= tail.length) {
    const bytes = 2 * (tail.readUInt16BE(at) & 0xfff);
    if (bytes <= HEADER_BYTES || !hasParity(tail, at, substreams)) return { isCut: false, end: at };
    if (at + bytes > tail.length) return { isCut: true, end: tail.length };
    at += bytes;
  }
  return { isCut: start >= 0 && at < tail.length, end: tail.length };
}

/**
 * Returns whether an access unit's parity is right: all half-bytes of its header and of its list of
 * substreams, combined by XOR, give 15.
 */
function hasParity(bytes: Buffer, at: number, substreams: number): boolean {
  let next = at + HEADER_BYTES + (hasSync(bytes, at) ? measureSync(bytes, at) : 0);
  let sum = bytes.subarray(at, at + HEADER_BYTES).reduce((all, byte) => all ^ byte, 0);
  for (let count = 0; count < substreams; count++) {
    const entryBytes = ((bytes[next] ?? 0) & 0x80) === 0 ? 2 : 4;
    for (const byte of bytes.subarray(next, next + entryBytes)) sum ^= byte;
    next += entryBytes;
  }
  return next >= bytes.length || ((sum >> 4) ^ (sum & 15)) === 15;
}

function measureSync(bytes: Buffer, at: number): number {
  const isTrueHd = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + 4).equals(TRUEHD_SYNC);
  const isExtended = isTrueHd && ((bytes[at + EXTENSION_AT] ?? 0) & 1) !== 0;
  const words = (bytes[at + EXTENSION_AT + 1] ?? 0) >> 4;
  return SYNC_BYTES + (isExtended ? 2 + 2 * words : 0);
}
