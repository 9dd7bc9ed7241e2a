/** W64's GUIDs begin with the name of the chunk. */
const W64_RIFF = "riff\x2e\x91\xcf\x11";

/** Writers that don't know the size write 0 or all ones. */
const isKnown = (size: number): boolean => size > 0 && size < 2 ** 53;

/**
 * Where the samples of a Wave64 or CAF file end according to its head; undefined for other files and where
 * its writer didn't know.
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

/** Apple Core Audio Format specification: a header of 8 bytes, then chunks of 64-bit sizes. */
function readCafEnd(head: Buffer): number | undefined {
  for (let at = 8; at + 12 <= head.length; ) {
    const size = readU64(head, at + 4, "BE");
    if (head.toString("latin1", at, at + 4) === "data") return toEnd(at + 12, size);
    at += 12 + size;
  }
  return undefined;
}
