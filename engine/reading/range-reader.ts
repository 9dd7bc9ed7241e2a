import { setTimeout as delay } from "node:timers/promises";
import { OutsideFault } from "../failure.ts";
import type { SourceReader } from "../types.ts";

/**
 * Sizes of the ranged requests of one stream, in bytes. The first is small so that a probe that
 * reads a few kilobytes costs little; each next one doubles. 4 MB keeps requests at 250 per GB and,
 * at 30 ms a request and 75 MB/s a connection, a connection busy 60% of the time.
 */
const FIRST_PART_BYTES = 256 * 1024;
const LARGEST_PART_BYTES = 4 * 1024 * 1024;

/**
 * The first parts are requested once and kept (1.75 MB), because a probe reads them before the
 * conversion does. Nothing after them is requested until all of them but the last are used up.
 */
const KEPT_PARTS = 3;

/** Requests in flight. The buffer is bounded by this times the largest part. */
const PARTS_IN_FLIGHT = 3;

/**
 * Enough to recognise a container, and the whole index of a short video that has it at the start.
 */
const HEAD_BYTES = 64 * 1024;

/** S3 may be busy (503 SlowDown) for some seconds: these wait about six in all. */
const ATTEMPTS = 7;
const FIRST_BACKOFF_MS = 100;

/** The source failed for good: the caller should try the whole conversion again later. */
class SourceUnreadable extends OutsideFault {
  override name = "SourceUnreadable";
}

/** What was asked of the source so far. */
export interface ReadCounter {
  bytesRead: number;
  requests: number;
}

/** One ranged request that fills a buffer of its own, however slowly and often that is emptied. */
class Part {
  readonly buffer: Buffer;
  #filled = 0;
  #ended = false;
  #error: unknown;
  #changed = Promise.withResolvers<void>();

  constructor(chunks: AsyncIterable<Uint8Array>, buffer: Buffer) {
    this.buffer = buffer;
    void this.#fill(chunks);
  }

  async #fill(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        this.buffer.set(chunk, this.#filled);
        this.#filled += chunk.length;
        this.#tell();
      }
    } catch (error) {
      this.#error = error;
    }
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async *drain(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let taken = 0; ; ) {
      signal.throwIfAborted();
      if (this.#filled > taken) {
        const chunk = this.buffer.subarray(taken, this.#filled);
        taken = this.#filled;
        yield chunk;
      } else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return;
      } else {
        await this.#changed.promise;
      }
    }
  }
}

/**
 * Reads a source by several ranged requests at a time and hands the bytes on in order.
 * A range that fails is asked for again from the byte where it broke; after seven failures in a row
 * without a byte of progress it throws {@link SourceUnreadable}. Buffers are used again: a chunk is
 * valid until the next one is asked for.
 */
export class RangeReader implements SourceReader {
  readonly sizeBytes: number;
  /** Set once a range couldn't be read for good. */
  failure: OutsideFault | undefined;
  readonly counter: ReadCounter = { bytesRead: 0, requests: 0 };
  readonly #source: SourceReader;
  readonly #signal: AbortSignal;
  readonly #kept: Part[] = [];

  /** `signal` ends all use of it. */
  constructor(source: SourceReader, signal = new AbortController().signal) {
    this.#source = source;
    this.#signal = signal;
    this.sizeBytes = source.sizeBytes;
  }

  async *read(startByte: number, endByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const parts: Part[] = [];
    const spare: Buffer[] = [];
    let next = startByte;
    let partBytes = FIRST_PART_BYTES;
    let taken = 0;
    const startParts = () => {
      while (next < endByte && parts.length < PARTS_IN_FLIGHT) {
        const end = Math.min(endByte, next + partBytes);
        const index = taken + parts.length;
        const isKept = startByte === 0 && endByte === this.sizeBytes && index < KEPT_PARTS;
        // Until the consumer has taken the first parts nobody knows that it wants more.
        if (!isKept && index > 0 && taken < Math.min(index, KEPT_PARTS - 1)) break;
        parts.push(isKept ? this.#keepPart(index, next, end) : startPart(next, end));
        next = end;
        partBytes = Math.min(LARGEST_PART_BYTES, partBytes * 2);
      }
    };
    const startPart = (start: number, end: number) => {
      const buffer =
        (partBytes === LARGEST_PART_BYTES ? spare.pop() : undefined) ??
        Buffer.allocUnsafeSlow(partBytes);
      return new Part(this.readRange(start, end, either), buffer);
    };
    try {
      startParts();
      for (let part = parts[0]; part; part = parts[0]) {
        yield* part.drain(either);
        parts.shift();
        taken++;
        if (part.buffer.length === LARGEST_PART_BYTES) spare.push(part.buffer);
        startParts();
      }
    } finally {
      stop.abort();
    }
  }

  #keepPart(index: number, start: number, end: number): Part {
    this.#kept[index] ??= new Part(
      this.readRange(start, end, this.#signal),
      Buffer.allocUnsafeSlow(end - start),
    );
    return this.#kept[index];
  }

  #head: Promise<Buffer> | undefined;

  /** The first 64 KB, asked for once. */
  readHead(signal: AbortSignal): Promise<Buffer> {
    this.#head ??= this.readAll(0, HEAD_BYTES, signal);
    return this.#head;
  }

  /** Reads the last bytes, fewer where the source is shorter. */
  readTail(bytes: number, signal: AbortSignal): Promise<Buffer> {
    return this.readAll(Math.max(0, this.sizeBytes - bytes), this.sizeBytes, signal);
  }

  /** Reads a short range whole, in bytes. */
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

  /** The bytes of one range by one request, asked for again where it breaks. */
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
