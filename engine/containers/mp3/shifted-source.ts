import type { RangeReader } from "../../reading/range-reader.ts";
import type { SourceReader } from "../../types.ts";
import type { Mp3Start } from "./start.ts";

/**
 * An MP3 file whose first ID3v2 tag has a size that ffmpeg understands, and no junk before the first
 * frame, where ffmpeg would look for it by a request for each try.
 */
export class ShiftedSource implements SourceReader {
  readonly sizeBytes: number;
  readonly #reader: RangeReader;
  /** Stretches of the source and bytes of our own, in order. */
  readonly #pieces: readonly (Buffer | [startByte: number, endByte: number])[];

  constructor(reader: RangeReader, { id3, frameByte }: Mp3Start) {
    this.#reader = reader;
    const audio: [number, number] = [frameByte, reader.sizeBytes];
    this.#pieces = id3 ? [id3.header, [id3.header.length, id3.endByte], audio] : [audio];
    this.sizeBytes = this.#pieces.reduce((sum, piece) => sum + measure(piece), 0);
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

const measure = (piece: Buffer | [number, number]): number =>
  Buffer.isBuffer(piece) ? piece.length : piece[1] - piece[0];
