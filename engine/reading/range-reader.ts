import { setTimeout as delay } from "node:timers/promises";
import { OutsideFault } from "../failure.ts";
import type { SourceReader } from "../types.ts";
import { Part } from "./part.ts";
import { ReadAhead } from "./read-ahead.ts";

/**
 * The sizes of a stream's ranged requests. The first one is small, because a probe may need only a
 * few kilobytes. Each next one is twice as large, up to 4 MB. At that size there are 250 requests
 * per GB, and a connection is busy 60% of the time (30 ms a request, 75 MB/s).
 */
const FIRST_PART_BYTES = 256 * 1024;
const LARGEST_PART_BYTES = 4 * 1024 * 1024;

/** How many of the first parts of the whole source are kept. They take 1.75 MB. */
const KEPT_PARTS = 3;

const PARTS_IN_FLIGHT = 3;

/** Enough to recognise a container. If a short video has its index at the start, it fits too. */
const HEAD_BYTES = 64 * 1024;

/** S3 may be busy (503 SlowDown) for a few seconds. These attempts wait about six in all. */
const ATTEMPTS = 7;
const FIRST_BACKOFF_MS = 100;

/** Returns where a stream's part begins, in bytes from the stream's start. */
function locatePart(index: number): number {
  const doublings = Math.min(index, Math.log2(LARGEST_PART_BYTES / FIRST_PART_BYTES));
  return FIRST_PART_BYTES * (2 ** doublings - 1) + LARGEST_PART_BYTES * (index - doublings);
}

/** The source can't be read. The caller should retry the whole conversion later. */
class SourceUnreadable extends OutsideFault {
  override name = "SourceUnreadable";
}

/** Counts what was read from the source so far. */
export interface ReadCounter {
  bytesRead: number;
  requests: number;
}

/**
 * Reads a source by several ranged requests at a time and hands the bytes on in order. A range that
 * fails is requested again from the byte where it broke. After seven failures in a row without
 * progress, throws {@link SourceUnreadable}. Buffers are reused, so a chunk is valid only until the
 * next one is requested.
 */
export class RangeReader implements SourceReader {
  readonly sizeBytes: number;
  /** Set once a range has failed for the last time. */
  failure: OutsideFault | undefined;
  readonly counter: ReadCounter = { bytesRead: 0, requests: 0 };
  readonly #source: SourceReader;
  /** Ends all reading. */
  readonly signal: AbortSignal;
  #whole: ReadAhead<Part> | undefined;
  /** Buffers of the largest parts, for reuse. */
  readonly #spare: Buffer[] = [];

  constructor(source: SourceReader, signal = new AbortController().signal) {
    this.#source = source;
    this.signal = signal;
    this.sizeBytes = source.sizeBytes;
  }

  async *read(startByte: number, endByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const isWhole = startByte === 0 && endByte === this.sizeBytes;
    if (isWhole) this.#whole ??= this.#readAhead(startByte, endByte, KEPT_PARTS);
    const parts = this.#whole && isWhole ? this.#whole : this.#readAhead(startByte, endByte, 0);
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const pass = parts.open(either);
    try {
      for (let index = 0, part = pass.take(0); part; part = pass.take(++index)) {
        yield* part.drain(either);
        if (part.buffer.length === LARGEST_PART_BYTES) this.#spare.push(part.buffer);
      }
    } finally {
      stop.abort();
    }
  }

  #readAhead(startByte: number, endByte: number, kept: number): ReadAhead<Part> {
    const fetch = (index: number, signal: AbortSignal) => {
      const from = startByte + locatePart(index);
      if (from >= endByte) return undefined;
      const to = Math.min(endByte, startByte + locatePart(index + 1));
      const spare = to - from === LARGEST_PART_BYTES ? this.#spare.pop() : undefined;
      return new Part(this.readRange(from, to, signal), spare ?? Buffer.allocUnsafeSlow(to - from));
    };
    return new ReadAhead(fetch, { inFlight: PARTS_IN_FLIGHT, kept }, this.signal);
  }

  #head: Promise<Buffer> | undefined;

  /** Reads the first 64 KB, which are requested only once. */
  readHead(signal: AbortSignal): Promise<Buffer> {
    this.#head ??= this.readAll(0, HEAD_BYTES, signal);
    return this.#head;
  }

  /** Reads the last `bytes` of the source, or all of a shorter one. */
  readTail(bytes: number, signal: AbortSignal): Promise<Buffer> {
    return this.readAll(Math.max(0, this.sizeBytes - bytes), this.sizeBytes, signal);
  }

  /** Reads a short range at once. */
  async readAll(startByte: number, endByte: number, signal: AbortSignal): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(
      Math.max(0, Math.min(endByte, this.sizeBytes) - startByte),
    );
    await this.readInto(bytes, startByte, signal);
    return bytes;
  }

  /** Fills `target` from `startByte` on. */
  async readInto(target: Buffer, startByte: number, signal: AbortSignal): Promise<void> {
    let filled = 0;
    for await (const chunk of this.readRange(startByte, startByte + target.length, signal)) {
      target.set(chunk, filled);
      filled += chunk.length;
    }
  }

  /** Reads one range by one request, and requests the rest again if it breaks. */
  async *readRange(
    startByte: number,
    endByte: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    let position = startByte;
    let failures = 0;
    while (position < endByte) {
      signal.throwIfAborted();
      this.counter.requests++;
      try {
        for await (const chunk of this.#source.read(position, endByte, signal)) {
          const wanted = chunk.subarray(0, endByte - position);
          position += wanted.length;
          this.counter.bytesRead += wanted.length;
          failures = 0;
          yield wanted;
        }
        if (position < endByte) throw new Error("the range ended early");
      } catch (error) {
        signal.throwIfAborted();
        if (++failures >= ATTEMPTS) {
          this.failure = new SourceUnreadable(`bytes ${position}-${endByte} can't be read`, {
            cause: error,
          });
          throw this.failure;
        }
        await delay(FIRST_BACKOFF_MS * 2 ** (failures - 1) * (0.5 + Math.random()), undefined, {
          signal,
        });
      }
    }
  }
}
