import type { RangeReader } from "../../reading/range-reader.ts";
import { mayBeRecorded, REST_READ_BYTES } from "../file-tail.ts";
import { findChainEnd, isChunkName } from "./chunk-chain.ts";
import { type ChunkFormat, findChunkFormat, isKnownChunk } from "./chunk-format.ts";
import { findSamplesEnd } from "./samples-end.ts";

/** The byte range of a chunk's body, or of the samples in it. */
type Stretch = readonly [startByte: number, endByte: number];

export interface ChunkList {
  format: ChunkFormat;
  /** All chunks without samples, in the file's order. */
  others: { name: string; body: Stretch }[];
  samples: Stretch[];
  /** What is missing at the end, for the log. */
  missingEnd: string | undefined;
  /** Whether any program finds exactly the samples by the file's own sizes. */
  isRegular: boolean;
  /**
   * How many parts are left out: samples in another format than the first, long stretches of
   * unknown bytes, and the bytes after the last listed chunk.
   */
  leftOut: number;
}

/** Real files have a few dozen. A file that was joined from hundreds has three for each. */
const MOST_CHUNKS = 1024;

/** How many bytes are read at once where the next chunk should be. */
const CHUNK_READ_BYTES = 64 * 1024;

/**
 * Lists the chunks of a WAV, RF64 or AIFF file. Returns undefined for other files, and if there is
 * no chunk of samples.
 */
export async function listChunks(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<ChunkList | undefined> {
  const head = await reader.readHead(signal);
  const format = findChunkFormat(head);
  if (!format) return undefined;
  const walk = new ChunkWalk(reader, head, format, signal);
  let count = 0;
  while (count < MOST_CHUNKS && (await walk.next())) count++;
  if (count === MOST_CHUNKS) await walk.stop();
  return walk.hasSamplesChunk ? walk.list : undefined;
}

/** Returns whether a size was ever written. Interrupted recorders leave 0 or all ones. */
const isWritten = (wideBytes: number): boolean => wideBytes > 0 && wideBytes < 2 ** 53;

/** Goes from chunk to chunk. */
class ChunkWalk {
  readonly list: ChunkList;
  hasSamplesChunk = false;
  readonly #reader: RangeReader;
  readonly #signal: AbortSignal;
  #window: Buffer;
  #windowStart = 0;
  #at = 12;
  #isAfterOddSize = false;
  /** The 64-bit size of the samples, if the file has one. */
  #wideBytes: number | undefined;
  #samplesFormat: string | undefined;
  #isOtherFormat = false;
  /** Up to this byte, chunks are known to follow each other. */
  #chainEnd = 0;

  constructor(reader: RangeReader, head: Buffer, format: ChunkFormat, signal: AbortSignal) {
    this.#reader = reader;
    this.#window = head;
    this.#signal = signal;
    const list = { others: [], samples: [], missingEnd: undefined, leftOut: 0 };
    this.list = { format, ...list, isRegular: true };
  }

  /** Adds the next chunk to the list. Returns whether there was one. */
  async next(): Promise<boolean> {
    const { list } = this;
    if (this.#at + 8 > this.#reader.sizeBytes) return false;
    const name = await this.#readName();
    const startByte = this.#at + 8;
    const bytes = await this.#readSize(this.#at + 4);
    const isAfterSamples = this.hasSamplesChunk;
    const isChunk = isAfterSamples ? await this.#isChunk(name) : isChunkName(name);
    if (!isChunk) {
      await this.stop();
      return false;
    }
    if (isAfterSamples && (name === "RIFF" || name === "FORM")) {
      // A second file after the first.
      list.isRegular = false;
      this.#at = startByte + 4;
    } else if (name === list.format.samplesChunk) {
      await this.#addSamples(startByte, bytes);
    } else {
      await this.#addOther(name, startByte, bytes);
    }
    return true;
  }

  /** Leaves out the rest of the file. */
  async stop(): Promise<void> {
    // Programs search everything after the samples for chunks, so the rest must go.
    this.list.isRegular = false;
    if (this.hasSamplesChunk && (await this.#isLossAhead())) this.list.leftOut++;
  }

  /** Returns whether a chunk begins after samples, rather than more samples that look like one. */
  async #isChunk(name: string): Promise<boolean> {
    if (isKnownChunk(name) || this.#at < this.#chainEnd) return true;
    this.#chainEnd = (await this.#findChainEnd(this.#at)) ?? 0;
    return this.#at < this.#chainEnd;
  }

  readonly #findChainEnd = (at: number): Promise<number | undefined> =>
    findChainEnd(at, this.#reader.sizeBytes, this.#read, this.#readSize);

  /** Returns whether the rest may be recorded audio. */
  async #isLossAhead(): Promise<boolean> {
    const { sizeBytes } = this.#reader;
    const next = await this.#read(this.#at, REST_READ_BYTES);
    return mayBeRecorded(next, sizeBytes - this.#at, sizeBytes);
  }

  async #addSamples(startByte: number, bytes: number): Promise<void> {
    const { list } = this;
    const wideBytes = this.hasSamplesChunk ? undefined : this.#wideBytes;
    const end = await findSamplesEnd({
      startByte,
      declaredBytes: wideBytes ?? bytes,
      is64Bit: wideBytes !== undefined,
      formEnd: 8 + (await this.#readSize(4)),
      sizeBytes: this.#reader.sizeBytes,
      findChainEnd: this.#findChainEnd,
    });
    list.missingEnd = end.missingEnd;
    // Without a 64-bit size, an RF64 doesn't say how long its samples are.
    const isFirst = !this.hasSamplesChunk && (wideBytes !== undefined || !list.format.is64Bit);
    list.isRegular &&= end.isRight && isFirst;
    this.hasSamplesChunk = true;
    const from = startByte + (await this.#measureLead(startByte, end.endByte));
    if (this.#isOtherFormat) list.leftOut++;
    else if (from < end.endByte) list.samples.push([from, end.endByte]);
    this.#moveAfter(startByte, end.endByte - startByte);
  }

  /**
   * Measures the bytes before the samples in their chunk. In AIFF, an offset may align the samples
   * with a disk's blocks (AIFF 1.3, "Block-Aligning Sound Data").
   */
  async #measureLead(startByte: number, endByte: number): Promise<number> {
    const { leadBytes } = this.list.format;
    const offset = leadBytes > 0 ? await this.#readSize(startByte) : 0;
    if (startByte + leadBytes + offset < endByte) return leadBytes + offset;
    // The offset is beyond the samples, so it is wrong.
    this.list.isRegular &&= offset === 0;
    return leadBytes;
  }

  async #addOther(name: string, startByte: number, bytes: number): Promise<void> {
    const { list } = this;
    const { formatChunk, formatBytes } = list.format;
    const endByte = Math.min(this.#reader.sizeBytes, startByte + bytes);
    if (name === "ds64") {
      const sizes = await this.#read(startByte + 8, 8);
      const wideBytes = sizes.length === 8 ? Number(sizes.readBigUInt64LE()) : 0;
      if (isWritten(wideBytes)) this.#wideBytes = wideBytes;
    }
    if (name === formatChunk) {
      const [from, to] = formatBytes;
      const samplesFormat = (await this.#read(startByte + from, to - from)).toString("latin1");
      this.#samplesFormat ??= samplesFormat;
      this.#isOtherFormat = samplesFormat !== this.#samplesFormat;
    }
    list.others.push({ name, body: [startByte, endByte] });
    this.#moveAfter(startByte, bytes);
  }

  #moveAfter(startByte: number, bytes: number): void {
    this.#at = startByte + bytes + (bytes & 1);
    this.#isAfterOddSize = (bytes & 1) === 1;
  }

  /**
   * Reads a chunk's name. If a writer left out the padding byte, the name begins a byte earlier.
   */
  async #readName(): Promise<string> {
    const bytes = (await this.#read(this.#at - 1, 5)).toString("latin1");
    const [earlier, name] = [bytes.slice(0, 4), bytes.slice(1)];
    if (!this.#isAfterOddSize || isKnownChunk(name) || !isKnownChunk(earlier)) return name;
    this.list.isRegular = false;
    this.#at--;
    return earlier;
  }

  readonly #readSize = async (at: number): Promise<number> => {
    const bytes = await this.#read(at, 4);
    if (bytes.length < 4) return 0;
    return this.list.format.isBigEndian ? bytes.readUInt32BE() : bytes.readUInt32LE();
  };

  readonly #read = async (at: number, bytes: number): Promise<Buffer> => {
    const isNear = at >= this.#windowStart && at + bytes <= this.#windowStart + this.#window.length;
    if (!isNear) {
      // The file's own size is in its head.
      if (at + bytes <= 12)
        return (await this.#reader.readHead(this.#signal)).subarray(at, at + bytes);
      this.#window = await this.#reader.readAll(at, at + CHUNK_READ_BYTES, this.#signal);
      this.#windowStart = at;
    }
    return this.#window.subarray(at - this.#windowStart, at - this.#windowStart + bytes);
  };
}
