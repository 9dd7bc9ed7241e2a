import { parseBoxHeader } from "../../../parsing/box.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { ReadAhead } from "../../reading/read-ahead.ts";
import { READ_COSTS } from "../../reading/read-plan.ts";
import { extractAudio, type FragmentDefaults } from "./fragment.ts";
import { makeBox } from "./make-box.ts";

/**
 * How many fragments are fetched at a time. Their audio waits in memory, so its size is limited
 * too.
 */
const FRAGMENTS_IN_FLIGHT = 12;
const LARGEST_AUDIO_BYTES = 512 * 1024;
const KEPT_FRAGMENTS = 3;

/** The tables of a five-second fragment take 2 to 6 KB. */
const HEAD_BYTES = 8 * 1024;
const LARGEST_HEAD_BYTES = 128 * 1024;

/**
 * Two requests cost as much as reading this many bytes. It is cheaper to read smaller fragments
 * whole.
 */
const SMALLEST_FRAGMENT_BYTES =
  2 *
  READ_COSTS.bytesPerSecond *
  (READ_COSTS.requestSeconds / FRAGMENTS_IN_FLIGHT +
    READ_COSTS.dollarsPerRequest / READ_COSTS.dollarsPerSecond);

interface Piece {
  startByte: number;
  bytes: Buffer;
}

/**
 * Returns the fetched bytes from a position on, or undefined if that position wasn't fetched. Call
 * it with positions that never decrease.
 */
export type FindFetched = (at: number) => Promise<Buffer | undefined>;

interface Fragment {
  head: Promise<Piece>;
  audio: Promise<Piece[]>;
}

/**
 * Fetches the tables and the audio of the next fragments in parallel, at the positions that the
 * index names. The reader looks here first but doesn't rely on it, so a wrong index only costs
 * requests.
 */
export class FragmentPrefetch {
  readonly #reader: RangeReader;
  readonly #offsets: readonly number[];
  readonly #defaults: FragmentDefaults;
  readonly #fragments: ReadAhead<Fragment>;

  constructor(reader: RangeReader, offsets: readonly number[], defaults: FragmentDefaults) {
    const bytes = reader.sizeBytes - (offsets[0] ?? 0);
    this.#reader = reader;
    this.#offsets = bytes < offsets.length * SMALLEST_FRAGMENT_BYTES ? [] : offsets;
    this.#defaults = defaults;
    this.#fragments = new ReadAhead(
      (index, signal) => this.#fetch(this.#offsets[index], signal),
      { inFlight: FRAGMENTS_IN_FLIGHT, kept: KEPT_FRAGMENTS },
      reader.signal,
    );
  }

  /** Begins a pass through the file. `signal` ends its fetches. */
  open(signal: AbortSignal): FindFetched {
    const fragments = this.#fragments.open(signal);
    let current = -1;
    return async (at) => {
      while ((this.#offsets[current + 1] ?? Number.POSITIVE_INFINITY) <= at) current++;
      const fragment = fragments.take(Math.max(0, current));
      if (!fragment) return undefined;
      const within = (piece: Piece) =>
        piece.startByte <= at && at < piece.startByte + piece.bytes.length;
      const head = await fragment.head;
      const piece = within(head) ? head : (await fragment.audio).find(within);
      return piece?.bytes.subarray(at - piece.startByte);
    };
  }

  #fetch(offset: number | undefined, signal: AbortSignal): Fragment | undefined {
    if (offset === undefined) return undefined;
    // A failure here is harmless: the reader requests the bytes again, and reports a second
    // failure.
    const none: Piece = { startByte: offset, bytes: Buffer.alloc(0) };
    const head = this.#read(offset, offset + HEAD_BYTES, signal)
      .then((piece) => this.#complete(piece, signal))
      .catch(() => none);
    const audio = head.then((piece) => this.#fetchAudio(piece, signal)).catch(() => []);
    return { head, audio };
  }

  async #read(startByte: number, endByte: number, signal: AbortSignal): Promise<Piece> {
    return { startByte, bytes: await this.#reader.readAll(startByte, endByte, signal) };
  }

  /** Reads the rest of a fragment's tables if they are larger than what was read. */
  async #complete(piece: Piece, signal: AbortSignal): Promise<Piece> {
    const sizeBytes = parseBoxHeader(piece.bytes)?.sizeBytes ?? 0;
    const missing = sizeBytes + 16 - piece.bytes.length;
    if (missing <= 0 || sizeBytes > LARGEST_HEAD_BYTES) return piece;
    const start = piece.startByte + piece.bytes.length;
    const rest = await this.#read(start, start + missing, signal);
    return { startByte: piece.startByte, bytes: Buffer.concat([piece.bytes, rest.bytes]) };
  }

  async #fetchAudio({ startByte, bytes }: Piece, signal: AbortSignal): Promise<Piece[]> {
    const header = parseBoxHeader(bytes);
    if (header?.type !== "moof" || header.sizeBytes > bytes.length) return [];
    const moof = makeBox("moof", bytes.subarray(header.headerBytes, header.sizeBytes));
    const extents = extractAudio(moof, startByte, this.#defaults)?.extents ?? [];
    const audioBytes = extents.reduce((sum, extent) => sum + extent.endByte - extent.startByte, 0);
    if (audioBytes > LARGEST_AUDIO_BYTES) return [];
    const headEnd = startByte + bytes.length;
    return Promise.all(
      extents
        .filter((extent) => extent.endByte > headEnd)
        .map((extent) => this.#read(Math.max(headEnd, extent.startByte), extent.endByte, signal)),
    );
  }
}
