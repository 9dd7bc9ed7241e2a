/** Describes a chunk of samples and its file. */
interface SamplesChunk {
  /** Where the chunk's body begins. */
  startByte: number;
  declaredBytes: number;
  /** Whether the size comes from a 64-bit field, which doesn't wrap. */
  is64Bit: boolean;
  /** Where the file ends, by its first size field. */
  formEnd: number;
  sizeBytes: number;
  /** Returns the byte up to which chunks follow each other, or undefined if none begins there. */
  findChainEnd: (at: number) => Promise<number | undefined>;
}

interface SamplesEnd {
  endByte: number;
  /** Whether the size field says the same. */
  isRight: boolean;
  /** What is missing, for the log. */
  missingEnd?: string;
}

/** Some writers count the header twice, or not at all. Their error is smaller than this. */
const TRUE_WITHIN_BYTES = 64;

/**
 * Finds where samples end. The size field may be wrong. A program that writes to a pipe leaves a
 * placeholder. Others are wrong by the size of the header. Above 4 GB the field wraps. If the
 * file's own size is right and no chunk follows, the rest of the file is samples too.
 */
export async function findSamplesEnd(chunk: SamplesChunk): Promise<SamplesEnd> {
  const { startByte, declaredBytes, is64Bit, formEnd, sizeBytes } = chunk;
  const availableBytes = sizeBytes - startByte;
  const isPlaced = (endByte: number) => isEndOrChunk(chunk, endByte);
  const declaredEnd = startByte + declaredBytes;
  const right = { endByte: declaredEnd, isRight: true };
  const toTheEnd = { endByte: sizeBytes, isRight: false };
  if (!is64Bit && isPlaceholder(declaredBytes)) {
    const isTrueSize = declaredBytes <= availableBytes && (await isPlaced(declaredEnd));
    return isTrueSize && availableBytes > 0 ? right : toTheEnd;
  }
  const excessBytes = declaredBytes - availableBytes;
  if (excessBytes > TRUE_WITHIN_BYTES) {
    return { ...toTheEnd, missingEnd: `the file says ${declaredEnd} bytes` };
  }
  if (excessBytes > 0) return toTheEnd;
  if (!is64Bit) {
    for (
      let endByte = declaredEnd + WRAP * Math.floor(-excessBytes / WRAP);
      endByte > declaredEnd;
    ) {
      if (await isPlaced(endByte)) return { endByte, isRight: false };
      if (sizeBytes - endByte <= TRUE_WITHIN_BYTES) return toTheEnd;
      endByte -= WRAP;
    }
  }
  const isFormWhole = formEnd >= sizeBytes && formEnd <= sizeBytes + TRUE_WITHIN_BYTES;
  if (is64Bit || !isFormWhole || (await isPlaced(declaredEnd))) return right;
  return toTheEnd;
}

/** A 32-bit field is wrong by a multiple of this. */
export const WRAP = 2 ** 32;

/** Returns whether the file ends, or a chunk begins, at `endByte` or after one byte of padding. */
async function isEndOrChunk(
  { sizeBytes, findChainEnd }: SamplesChunk,
  endByte: number,
): Promise<boolean> {
  if (endByte + 8 > sizeBytes) return true;
  return (
    (await findChainEnd(endByte)) !== undefined || (await findChainEnd(endByte + 1)) !== undefined
  );
}

/**
 * Returns whether a size is a placeholder. Writers use 0, nearly 4 GB, or about 2 GB (sox,
 * arecord). For AIFF, sox writes 16 MB less than 2 GB.
 */
function isPlaceholder(bytes: number): boolean {
  return (
    bytes === 0 ||
    bytes >= 0xffff0000 ||
    (bytes >= 0x7fff0000 && bytes <= 0x80010000) ||
    (bytes >= 0x7f000000 && bytes <= 0x7f000100)
  );
}
