import type { ByteSource } from "../byte-source.ts";

const FIRST_WINDOW_BYTES = 64 * 1024;
/** One read of a blob costs about as much as this many bytes, so smaller gaps are read through. */
const READ_THROUGH_BYTES = 512 * 1024;
const MAX_WINDOW_BYTES = 4 * 1024 * 1024;

/** The part of a source that extraction needs. */
export type Readable = Pick<ByteSource, "sizeBytes" | "read">;

/**
 * Turns a demuxer's many small reads into a few large ones. The window doubles while reads go
 * forward, and shrinks when they jump. So a finely interleaved file is read in steps of 4 MiB, and
 * if the audio is in a few places only those are read. There is one window, so memory doesn't grow
 * with the file.
 */
export function coalesceReads(source: Readable) {
  let windowStart = 0;
  let window: Uint8Array = new Uint8Array(0);
  let nextWindowBytes = FIRST_WINDOW_BYTES;

  return async (start: number, end: number): Promise<Uint8Array> => {
    const windowEnd = windowStart + window.byteLength;
    if (start < windowStart || end > windowEnd) {
      const walksForward = start >= windowStart && start <= windowEnd + READ_THROUGH_BYTES;
      nextWindowBytes = walksForward
        ? Math.min(nextWindowBytes * 2, MAX_WINDOW_BYTES)
        : FIRST_WINDOW_BYTES;
      window = await source.read(
        start,
        Math.min(source.sizeBytes, Math.max(end, start + nextWindowBytes)),
      );
      windowStart = start;
    }
    // This is a copy, because the demuxer keeps what it gets, and a view would keep the whole
    // window alive.
    return window.slice(start - windowStart, end - windowStart);
  };
}
