/** A chunk of samples, and the file around it. */
interface SamplesChunk {
  /** Where the samples begin, or what comes before them in their chunk. */
  startByte: number;
  declaredBytes: number;
  /** Whether the size comes from a field of 64 bits, which doesn't wrap. */
  is64Bit: boolean;
  /** Where the file's first field says that it ends. */
  formEnd: number;
  sizeBytes: number;
  /** Finds out up to where chunks follow each other; undefined if none begins there. */
  findChainEnd: (at: number) => Promise<number | undefined>;
}

interface SamplesEnd {
  endByte: number;
  /** Whether that is what the size field says. */
  isRight: boolean;
  /** What is missing, in words for the log. */
  missingEnd?: string;
}

/** More than the error of writers that count the header twice or forget it. */
const TRUE_WITHIN_BYTES = 64;

/**
 * Finds where samples end. Programs that write to a pipe can't go back and leave a placeholder. Others are
 * wrong by the size of the header. Above 4 GB the field wraps. Where the file's own size is right and
 * other bytes than a chunk follow, they are samples as well.
 */
export async function findSamplesEnd(chunk: SamplesChunk): Promise<SamplesEnd> {
  const { startByte, declaredBytes, is64Bit, formEnd, sizeBytes } = chunk;
  const thereBytes = sizeBytes - startByte;
  const isPlaced = (endByte: number) => isEndOrChunk(chunk, endByte);
  const declaredEnd = startByte + declaredBytes;
  const right = { endByte: declaredEnd, isRight: true };
  const toTheEnd = { endByte: sizeBytes, isRight: false };
  if (!is64Bit && isPlaceholder(declaredBytes)) {
    const isTrue = declaredBytes <= thereBytes && (await isPlaced(declaredEnd));
    return isTrue && thereBytes > 0 ? right : toTheEnd;
  }
  const excessBytes = declaredBytes - thereBytes;
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

/** What a field of 32 bits leaves out. */
const WRAP = 2 ** 32;

/** Whether there is nothing more, or another chunk, after samples that end there or a byte later. */
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
 * What is written before the size is known: 0, 4 GB less a header, or 2 GB less or more a header (sox,
 * arecord). AIFF's by sox is 16 MB less.
 */
function isPlaceholder(bytes: number): boolean {
  return (
    bytes === 0 ||
    bytes >= 0xffff0000 ||
    (bytes >= 0x7fff0000 && bytes <= 0x80010000) ||
    (bytes >= 0x7f000000 && bytes <= 0x7f000100)
  );
}
