import { RangeReader } from "../../engine/reading/range-reader.ts";

/** Opens bytes in memory as the engine opens a source, which may be declared longer than they are. */
export const readerOf = (bytes: Buffer, sizeBytes = bytes.length): RangeReader =>
  new RangeReader({
    sizeBytes,
    async *read(startByte, endByte) {
      yield bytes.subarray(startByte, endByte);
    },
  });
