/** W64's GUIDs begin with the name of the chunk. */
const W64_RIFF = "riff\x2e\x91\xcf\x11";

/** Writers that don't know the size write 0 or all ones. */
const isKnown = (size: number): boolean => size > 0 && size < 2 ** 53;

/**
 * Where the samples of an RF64 or BW64 (EBU Tech 3306), Wave64, CAF or AU file end according to its
 * head; undefined for other files and where its writer didn't know.
 */
export function readPcmEnd(head: Buffer): number | undefined {
  const name = head.toString("latin1", 0, 8);
  if (/^(RF64|BW64)/.test(name)) return readRf64End(head);
  if (name === W64_RIFF) return toEnd(0, readU64(head, 16, "LE"));
  if (name.startsWith("caff")) return readCafEnd(head);
  // Sun's header has the offset of the samples, then their size.
  if (!name.startsWith(".snd") || head.length < 12) return undefined;
  const size = head.readUInt32BE(8);
  return size === 0xffffffff ? undefined : toEnd(head.readUInt32BE(4), size);
}

const toEnd = (start: number, size: number): number | undefined =>
  isKnown(size) ? start + size : undefined;

const readU64 = (bytes: Buffer, at: number, order: "LE" | "BE"): number => {
  if (at + 8 > bytes.length) return 0;
  return Number(order === "LE" ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
};

/** In RF64, where its first chunk `ds64` has the 64-bit size of the samples. */
const RF64_SIZE_AT = 28;

function readRf64End(head: Buffer): number | undefined {
  const start = findRf64Samples(head);
  return start === undefined ? undefined : toEnd(start, readU64(head, RF64_SIZE_AT, "LE"));
}

/** The head of an RF64 file whose recorder never wrote how long it became, with the size it has. */
export function completeRf64(head: Buffer, sizeBytes: number): Buffer | undefined {
  const start = findRf64Samples(head);
  if (start === undefined || isKnown(readU64(head, RF64_SIZE_AT, "LE"))) return undefined;
  const complete = Buffer.from(head);
  complete.writeBigUInt64LE(BigInt(sizeBytes - start), RF64_SIZE_AT);
  return complete;
}

function findRf64Samples(head: Buffer): number | undefined {
  if (!/^(RF64|BW64).{8}ds64/s.test(head.toString("latin1", 0, 16))) return undefined;
  for (let at = 12; at + 8 <= head.length; ) {
    const size = head.readUInt32LE(at + 4);
    if (head.toString("latin1", at, at + 4) === "data") return at + 8;
    at += 8 + size + (size & 1);
  }
  return undefined;
}

/** Apple Core Audio Format specification: a header of 8 bytes, then chunks of 64-bit sizes. */
function readCafEnd(head: Buffer): number | undefined {
  for (let at = 8; at + 12 <= head.length; ) {
    const size = readU64(head, at + 4, "BE");
    if (head.toString("latin1", at, at + 4) === "data") return toEnd(at + 12, size);
    at += 12 + size;
  }
  return undefined;
}
