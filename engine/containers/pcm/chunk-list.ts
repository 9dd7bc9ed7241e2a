import type { RangeReader } from "../../reading/range-reader.ts";
import { findChainEnd, isChunkName } from "./chunk-chain.ts";
import { type ChunkFormat, findChunkFormat, isKnownChunk } from "./chunk-format.ts";
import { findSamplesEnd, mayBeRecorded, REST_READ_BYTES } from "./samples-end.ts";

/** From where to where a chunk's content is, or the samples in it. */
type Stretch = readonly [startByte: number, endByte: number];

export interface ChunkList {
  format: ChunkFormat;
  /** All that aren't samples, in the file's order. */
  others: { name: string; body: Stretch }[];
  samples: Stretch[];
  /** What is missing at the end, in words for the log. */
  missingEnd: string | undefined;
  /** Whether any program finds all of the samples, and nothing else, by the file's own sizes. */
  isRegular: boolean;
  /**
   * What is left out: chunks of another format than the first, long stretches of unknown bytes, and what
   * follows the last chunk that is listed.
   */
  leftOut: number;
}

/** Real files have some dozens; one that was joined of hundreds has three for each. */
const MOST_CHUNKS = 1024;

/** Read at once where the next chunk is expected. */
const CHUNK_READ_BYTES = 64 * 1024;

/** Lists the chunks of a WAV, RF64 or AIFF file; undefined for other files, and without one of samples. */
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

/** Recorders that were interrupted left 0 or all ones. */
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
  /** The size of the samples in 64 bits, where the file has it. */
  #wideBytes: number | undefined;
  #samplesFormat: string | undefined;
  #isOtherFormat = false;
  /** Up to where chunks are known to follow each other. */
  #chainEnd = 0;

  constructor(reader: RangeReader, head: Buffer, format: ChunkFormat, signal: AbortSignal) {
    this.#reader = reader;
    this.#window = head;
    this.#signal = signal;
    const list = { others: [], samples: [], missingEnd: undefined, leftOut: 0 };
    this.list = { format, ...list, isRegular: true };
  }

  /** Returns whether there was another chunk. */
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
    // Programs look for chunks in what follows the samples, however much it is.
    this.list.isRegular = false;
    if (this.hasSamplesChunk && (await this.#isLossAhead())) this.list.leftOut++;
  }

  /** Whether a chunk begins here, after samples, which by chance may look like one. */
  async #isChunk(name: string): Promise<boolean> {
    if (isKnownChunk(name) || this.#at < this.#chainEnd) return true;
    this.#chainEnd = (await this.#findChainEnd(this.#at)) ?? 0;
    return this.#at < this.#chainEnd;
  }

  readonly #findChainEnd = (at: number): Promise<number | undefined> =>
    findChainEnd(at, this.#reader.sizeBytes, this.#read, this.#readSize);

  /** Whether the rest may be recorded. */
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
    // Without the size in 64 bits, programs of RF64 find none.
    const isFirst = !this.hasSamplesChunk && (wideBytes !== undefined || !list.format.is64Bit);
    list.isRegular &&= end.isRight && isFirst;
    this.hasSamplesChunk = true;
    const from = startByte + (await this.#measureLead(startByte, end.endByte));
    if (this.#isOtherFormat) list.leftOut++;
    else if (from < end.endByte) list.samples.push([from, end.endByte]);
    this.#moveAfter(startByte, end.endByte - startByte);
  }

  /**
   * Measures what comes before the samples in their chunk. AIFF's may begin later, where a block of a disk
   * did (AIFF 1.3, "Block-Aligning Sound Data").
   */
  async #measureLead(startByte: number, endByte: number): Promise<number> {
    const { leadBytes } = this.list.format;
    const offset = leadBytes > 0 ? await this.#readSize(startByte) : 0;
    if (startByte + leadBytes + offset < endByte) return leadBytes + offset;
    // There is no such place, so the field has something else.
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

  /** Some writers leave out the byte that makes a size even. */
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
      // The head has the file's own size.
      if (at + bytes <= 12)
        return (await this.#reader.readHead(this.#signal)).subarray(at, at + bytes);
      this.#window = await this.#reader.readAll(at, at + CHUNK_READ_BYTES, this.#signal);
      this.#windowStart = at;
    }
    return this.#window.subarray(at - this.#windowStart, at - this.#windowStart + bytes);
  };
}
