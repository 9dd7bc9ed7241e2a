/** The first half of Wave64's first GUID, which begins with the chunk's name. */
const W64_RIFF = "riff\x2e\x91\xcf\x11";

/** Writers that don't know the size write 0 or all ones. */
const isKnown = (size: number): boolean => size > 0 && size < 2 ** 53;

/**
 * Reads from its head where a Wave64 file or the samples of a CAF file end. Returns undefined for
 * other files, and if the writer didn't know.
 */
export function readPcmEnd(head: Buffer): number | undefined {
  const name = head.toString("latin1", 0, 8);
  if (name === W64_RIFF) return toEnd(0, readU64(head, 16, "LE"));
  return name.startsWith("caff") ? readCafEnd(head) : undefined;
}

const toEnd = (start: number, size: number): number | undefined =>
  isKnown(size) ? start + size : undefined;

const readU64 = (bytes: Buffer, at: number, order: "LE" | "BE"): number => {
  if (at + 8 > bytes.length) return 0;
  return Number(order === "LE" ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
};

/**
 * Reads where the samples end. A CAF has an 8-byte header, then chunks with 64-bit sizes (Apple's
 * CAF spec).
 */
function readCafEnd(head: Buffer): number | undefined {
  for (let at = 8; at + 12 <= head.length; ) {
    const size = readU64(head, at + 4, "BE");
    if (head.toString("latin1", at, at + 4) === "data") return toEnd(at + 12, size);
    at += 12 + size;
  }
  return undefined;
}
