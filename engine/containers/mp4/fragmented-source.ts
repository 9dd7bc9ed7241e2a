import { ifWellFormed, parseBoxHeader } from "../../../parsing/box.ts";
import { Failure } from "../../failure.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { READ_COSTS } from "../../reading/read-plan.ts";
import { type AudioFragment, extractAudio, type FragmentDefaults } from "./fragment.ts";
import { readFragmentIndex } from "./fragment-index.ts";
import { type FindFetched, FragmentPrefetch } from "./fragment-prefetch.ts";
import { makeBox } from "./make-box.ts";
import { findNextFragment, readRest } from "./next-fragment.ts";
import { SampleTimes } from "./sample-times.ts";

/** The tables of a real fragment take a few kilobytes. */
const LARGEST_FRAGMENT_HEADER_BYTES = 16 * 1024 * 1024;

/**
 * Skipping a longer gap is worth a new request. The next fragment's position is known only after
 * this one has been read, so requests follow each other, and each costs its whole latency.
 */
const GAP_WORTH_A_REQUEST_BYTES =
  READ_COSTS.bytesPerSecond *
  (READ_COSTS.requestSeconds + READ_COSTS.dollarsPerRequest / READ_COSTS.dollarsPerSecond);

/** Returns whether a box may have this name, known or not. */
const isBoxName = (name: string): boolean => /^[\x20-\x7e©]{4}$/.test(name);

/** Whether two fragments are one, by its number, its time and the sizes of its samples. */
const isSame = (one: AudioFragment, other: AudioFragment | undefined): boolean =>
  one.startTicks !== undefined && other?.header.equals(one.header) === true;

const beginsAfter = ({ extents }: AudioFragment, byte: number): boolean =>
  extents[0] !== undefined && extents[0].startByte >= byte;

/** Collects what reading the fragments shows. */
class Found {
  /** Set when the file ended inside a box. */
  missingEnd: string | undefined;
  /** How much is missing there, if the tables say so. */
  missingTicks: number | undefined;
  /** How many fragments, or stretches of other bytes between them, were skipped. */
  skips = 0;
  /** The lengths of all samples that were read. */
  readonly times = new SampleTimes();
  /** The lengths of the gaps between fragments. */
  readonly gapTicks: number[] = [];
  #endTicks: number | undefined;

  /** The length of the samples that were left out after the last fragment. */
  #leftOutTicks = 0;

  /** Notes that a fragment is skipped, or all but its start. The next one's time may show more. */
  leaveOut({ times }: AudioFragment, kept?: AudioFragment): void {
    this.skips++;
    this.#leftOutTicks += times.estimateTicks() - (kept?.times.estimateTicks() ?? 0);
  }

  /** Notes that no fragment follows. */
  end(): void {
    if (this.#leftOutTicks > 0) this.gapTicks.push(this.#leftOutTicks);
  }

  get hasAudio(): boolean {
    return this.#endTicks !== undefined;
  }

  add({ times, ticks, startTicks: ownTicks }: AudioFragment): void {
    const endTicks = this.#endTicks ?? ownTicks ?? 0;
    const startTicks = ownTicks ?? endTicks + this.#leftOutTicks;
    this.#leftOutTicks = 0;
    const isRepeated = startTicks + ticks <= endTicks;
    this.#endTicks = Math.max(endTicks, startTicks + ticks);
    if (isRepeated) return;
    if (startTicks > endTicks) this.gapTicks.push(startTicks - endTicks);
    this.times.addAll(times);
  }
}

/**
 * Turns a fragmented MP4 into one that has only the audio, while it is read. Each fragment's tables
 * are rewritten, and the pictures are skipped or dropped.
 */
export class FragmentedSource {
  readonly #reader: RangeReader;
  readonly #init: Buffer;
  readonly #defaults: FragmentDefaults;
  readonly #startByte: number;
  #prefetch: FragmentPrefetch | undefined;
  /** What the newest stream has found so far. */
  found = new Found();

  /**
   * @param init the file's head with only the audio track
   * @param startByte where the fragments begin
   */
  constructor(reader: RangeReader, init: Buffer, defaults: FragmentDefaults, startByte: number) {
    this.#reader = reader;
    this.#init = init;
    this.#defaults = defaults;
    this.#startByte = startByte;
  }

  /** Yields the new file. Throws the failure `damaged` if the tables contradict the file. */
  async *stream(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    // A probe's stream may not have ended yet when the next one begins.
    const found = new Found();
    this.found = found;
    yield this.#init;
    this.#prefetch ??= new FragmentPrefetch(
      this.#reader,
      await readFragmentIndex(this.#reader, this.#startByte, signal),
      this.#defaults,
    );
    // Stop reading ahead when this stream ends.
    const ended = new AbortController();
    const findFetched = this.#prefetch.open(AbortSignal.any([signal, ended.signal]));
    const cursor = new Cursor(this.#reader, this.#startByte, findFetched, signal);
    const size = this.#reader.sizeBytes;
    let fragment: AudioFragment | undefined;
    let sent: AudioFragment | undefined;
    try {
      for (let at = this.#startByte; at < size; ) {
        await cursor.skipTo(at);
        const head = await cursor.read(Math.min(16, size - at));
        const header = parseBoxHeader(head);
        const boxBytes = header?.sizeBytes === 0 ? size - at : (header?.sizeBytes ?? 0);
        const isBox = header && boxBytes >= header.headerBytes && isBoxName(header.type);
        if (!isBox || at + boxBytes > size) {
          const next = await findNextFragment(this.#reader, at + head.length, signal);
          if (next !== undefined) {
            found.skips++;
            fragment = undefined;
            at = next;
            continue;
          }
          const rest = await readRest(this.#reader, at, signal);
          if (!rest.hasRemains) {
            if (rest.mayBeRecorded) found.skips++;
            break;
          }
          found.missingEnd = `a box at byte ${at} goes beyond the end`;
          // If the recorder was interrupted, the last fragment has only its first samples.
          if (header?.type === "mdat" && fragment) {
            yield fragment.header;
            for (const { startByte, endByte } of fragment.extents) {
              if (startByte >= size) break;
              yield* cursor.copy(startByte, Math.min(endByte, size), head, at);
            }
          }
          return;
        }
        if (header.type === "moof" && boxBytes <= LARGEST_FRAGMENT_HEADER_BYTES) {
          if (fragment) found.leaveOut(fragment);
          const moof = makeBox("moof", head.subarray(8), await cursor.read(boxBytes - head.length));
          const tables = ifWellFormed(() => [extractAudio(moof, at, this.#defaults)]);
          if (!tables) found.skips++;
          fragment = tables?.[0];
        } else if (header.type === "mdat" && fragment && beginsAfter(fragment, at + boxBytes)) {
          // This data box has only pictures.
        } else if (header.type === "mdat" && fragment) {
          const inside = fragment.clip({ startByte: at, endByte: at + boxBytes });
          // ffmpeg decodes a fragment once that was sent twice, but copies it twice.
          if (inside && !isSame(inside, sent)) {
            sent = inside;
            yield inside.header;
            for (const { startByte, endByte } of inside.extents) {
              // The cursor has already read 16 bytes, but the data may begin after 8.
              yield* cursor.copy(startByte, endByte, head, at);
            }
            found.add(inside);
          }
          if (!inside || inside.isCut) found.leaveOut(fragment, inside);
          fragment = undefined;
        }
        at += boxBytes;
      }
      if (fragment) {
        found.missingEnd = "the last fragment's data isn't there";
        found.missingTicks = fragment.times.estimateTicks();
      }
      found.end();
      if (found.skips > 0 && !found.hasAudio) {
        throw damaged("the fragments' tables contradict each other or the file");
      }
    } finally {
      ended.abort();
      await cursor.close();
    }
  }
}

const damaged = (detail: string) => new Failure("damaged", detail);

/** Reads forward. Skips bytes if that is cheaper than reading them. */
class Cursor {
  readonly #reader: RangeReader;
  readonly #findFetched: FindFetched;
  readonly #signal: AbortSignal;
  #at: number;
  #chunks: AsyncGenerator<Uint8Array> | undefined;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(reader: RangeReader, at: number, findFetched: FindFetched, signal: AbortSignal) {
    this.#reader = reader;
    this.#findFetched = findFetched;
    this.#at = at;
    this.#signal = signal;
  }

  async #take(most: number): Promise<Uint8Array> {
    if (this.#chunk.length === 0) {
      const fetched = await this.#findFetched(this.#at);
      if (fetched) {
        await this.close();
        this.#chunk = fetched;
      }
    }
    if (this.#chunk.length === 0) {
      this.#chunks ??= this.#reader.read(this.#at, this.#reader.sizeBytes, this.#signal);
      const next = await this.#chunks.next();
      if (next.done) throw damaged("the file ends early");
      this.#chunk = next.value;
    }
    const taken = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(taken.length);
    this.#at += taken.length;
    return taken;
  }

  async read(bytes: number): Promise<Buffer> {
    const whole = Buffer.alloc(bytes);
    for (let filled = 0; filled < bytes; ) {
      const part = await this.#take(bytes - filled);
      whole.set(part, filled);
      filled += part.length;
    }
    return whole;
  }

  async skipTo(target: number): Promise<void> {
    const fetched = target > this.#at + this.#chunk.length && (await this.#findFetched(target));
    if (fetched || target - this.#at > GAP_WORTH_A_REQUEST_BYTES) {
      await this.close();
      this.#at = target;
      if (fetched) this.#chunk = fetched;
    }
    while (this.#at < target) await this.#take(target - this.#at);
  }

  /** Copies a range. Its first bytes may already have been read, as `head` at `headAt`. */
  async *copy(
    startByte: number,
    endByte: number,
    head: Buffer,
    headAt: number,
  ): AsyncGenerator<Uint8Array> {
    let at = startByte;
    if (at < this.#at) {
      if (at < headAt || this.#at > headAt + head.length) {
        throw damaged("a fragment's data is out of order");
      }
      const known = head.subarray(at - headAt, Math.min(endByte - headAt, head.length));
      at += known.length;
      yield known;
    }
    if (at >= endByte) return;
    await this.skipTo(at);
    while (this.#at < endByte) yield await this.#take(endByte - this.#at);
  }

  async close(): Promise<void> {
    await this.#chunks?.return(undefined);
    this.#chunks = undefined;
    this.#chunk = new Uint8Array(0);
  }
}
