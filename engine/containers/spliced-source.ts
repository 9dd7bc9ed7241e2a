import type { RangeReader } from "../reading/range-reader.ts";
import type { SourceReader } from "../types.ts";

/** Bytes in memory, or a stretch of the source. */
export type Piece = Buffer | [startByte: number, endByte: number];

/** Joins stretches of a file and bytes in memory to one source. */
export class SplicedSource implements SourceReader {
  readonly sizeBytes: number;
  readonly #reader: RangeReader;
  readonly #pieces: readonly Piece[];

  constructor(reader: RangeReader, pieces: readonly Piece[]) {
    this.#reader = reader;
    this.#pieces = pieces;
    this.sizeBytes = pieces.reduce((sum, piece) => sum + measure(piece), 0);
  }

  async *read(startByte: number, endByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let pieceStart = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(0, startByte - pieceStart);
      const to = Math.min(measure(piece), endByte - pieceStart);
      pieceStart += measure(piece);
      if (from >= to) continue;
      if (Buffer.isBuffer(piece)) yield piece.subarray(from, to);
      else yield* this.#reader.read(piece[0] + from, piece[0] + to, signal);
    }
  }
}

const measure = (piece: Piece): number =>
  Buffer.isBuffer(piece) ? piece.length : piece[1] - piece[0];

/** The size of a sector. Anything longer may be damaged audio. */
export const MOST_PADDING_BYTES = 512;

/**
 * Returns the file without the padding after `endByte`, which ffmpeg would take for damage.
 *
 * @param zeroBytes the number of zeros at the end, which count as padding, however many they are
 * @returns undefined if there is no padding, or more than a sector
 */
export function leaveOutPadding(
  reader: RangeReader,
  endByte: number,
  zeroBytes = 0,
): SourceReader | undefined {
  const paddingBytes = reader.sizeBytes - endByte;
  if (paddingBytes <= 0 || paddingBytes > Math.max(MOST_PADDING_BYTES, zeroBytes)) return undefined;
  return endAt(reader, endByte);
}

/** Returns the file up to `endByte`, or undefined if that is the whole file. */
export function endAt(reader: RangeReader, endByte: number): SourceReader | undefined {
  return endByte < reader.sizeBytes ? new SplicedSource(reader, [[0, endByte]]) : undefined;
}
