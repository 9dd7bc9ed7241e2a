import type { RangeReader } from "../reading/range-reader.ts";
import { measureTag } from "./mp3/tags.ts";

const TAIL_BYTES = 128 * 1024;

/** How many zeros are skipped at the end. File systems and downloads leave them. */
const MOST_ZERO_BYTES = 16 * 1024 * 1024;

/** This many zeros at the end don't count, because file systems round up to a block. */
export const MOST_ZERO_PADDING_BYTES = 4096;

/** The end of a file, before the zeros at its end. */
export interface FileTail {
  startByte: number;
  bytes: Buffer;
  /** The number of zeros at the end. */
  zeroBytes: number;
}

/** Reads the last bytes of a file, before any zeros at its end. */
export async function readFileTail(reader: RangeReader, signal: AbortSignal): Promise<FileTail> {
  const size = reader.sizeBytes;
  const oldest = Math.max(0, size - MOST_ZERO_BYTES);
  for (let end = size; end > oldest; end -= TAIL_BYTES) {
    const start = Math.max(0, end - TAIL_BYTES);
    const bytes = await reader.readAll(start, end, signal);
    const last = bytes.findLastIndex((byte) => byte !== 0);
    if (last < 0) continue;
    const zeroBytes = size - start - last - 1;
    if (start === 0 || end === size) return { startByte: start, bytes, zeroBytes };
    // The last part of the recording may begin before these bytes.
    const startByte = Math.max(0, start - TAIL_BYTES);
    return { startByte, bytes: await reader.readAll(startByte, end, signal), zeroBytes };
  }
  return { startByte: size, bytes: Buffer.alloc(0), zeroBytes: size };
}

/** This share of the file may follow a recording and be left out without a note. */
const LOSS_SHARE = 0.01;

/** How many bytes after a recording are checked for zeros. */
export const REST_READ_BYTES = 4096;

/**
 * Returns whether the rest after a recording may belong to it. Short rests, tags and zeros don't.
 *
 * @param next the first bytes of the rest
 */
export const mayBeRecorded = (next: Buffer, restBytes: number, sizeBytes: number): boolean =>
  restBytes - measureTag(next, 0) > LOSS_SHARE * sizeBytes && next.some((byte) => byte !== 0);
