import type { RangeReader } from "../../reading/range-reader.ts";
import type { Extents, ReadPlan, Span } from "../../reading/read-plan.ts";
import type { SourceReader } from "../../types.ts";

/** The first spans are short (read-plan.ts), so that these hold 1.75 MB at most. */
const KEPT_SPANS = 3;

/**
 * An MP4 of one audio track that is never stored: a rebuilt header, then the runs of audio as they
 * are in the source. Bytes in between are dropped as they arrive, so that only audio is held.
 */
export class AudioOnlySource implements SourceReader {
  readonly sizeBytes: number;
  readonly #reader: RangeReader;
  readonly #header: Buffer;
  readonly #extents: Extents;
  readonly #plan: ReadPlan;
  readonly #signal: AbortSignal;
  readonly #firstSpans = new Map<number, Promise<Buffer>>();
  /** Where each span's audio begins in this source's data. */
  readonly #spanStarts: Float64Array;

  /** `signal` ends the conversion. */
  constructor(
    reader: RangeReader,
    header: Buffer,
    extents: Extents,
    plan: ReadPlan,
    signal: AbortSignal,
  ) {
    this.#signal = signal;
    this.#reader = reader;
    this.#header = header;
    this.#extents = extents;
    this.#plan = plan;
    this.sizeBytes = header.length + extents.totalBytes;
    this.#spanStarts = new Float64Array(plan.spans.length);
    let at = header.length;
    for (const [index, span] of plan.spans.entries()) {
      this.#spanStarts[index] = at;
      for (const [start, end] of this.#runsOf(span)) at += end - start;
    }
  }

  /** The wanted byte ranges of a span. */
  *#runsOf(span: Span): Generator<[number, number]> {
    for (let index = span.firstExtent; index <= span.lastExtent; index++) {
      const start = this.#extents.starts[index] as number;
      const end = start + (this.#extents.sizes[index] as number);
      if (end <= span.startByte || start >= span.endByte) continue;
      yield [Math.max(start, span.startByte), Math.min(end, span.endByte)];
    }
  }

  async *read(startByte: number, endByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let at = startByte;
    if (at < this.#header.length) {
      yield this.#header.subarray(at, Math.min(endByte, this.#header.length));
      at = Math.min(endByte, this.#header.length);
    }
    if (at >= endByte) return;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const inFlight: Promise<Buffer>[] = [];
    let next = this.#findSpan(at);
    let lanes = 1;
    let skip = at - (this.#spanStarts[next] ?? at);
    try {
      for (;;) {
        while (inFlight.length < lanes && next < this.#plan.spans.length) {
          const spanStart = this.#spanStarts[next] as number;
          if (spanStart >= endByte) break;
          const bytes = this.#fetchOnce(next, either);
          // Awaited in its turn; until then a failure is not unhandled.
          bytes.catch(() => undefined);
          inFlight.push(bytes);
          next++;
        }
        const first = inFlight.shift();
        if (!first) return;
        const bytes = await first;
        const wanted = bytes.subarray(skip, skip + endByte - at);
        skip = 0;
        at += wanted.length;
        // Until the first bytes have been taken, it isn't known that more are wanted.
        lanes = Math.min(this.#plan.inFlight, lanes * 2);
        if (wanted.length > 0) yield wanted;
        if (at >= endByte) return;
      }
    } finally {
      stop.abort();
    }
  }

  /** Only the track's bytes, end to end. */
  readSound(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.read(this.#header.length, this.sizeBytes, signal);
  }

  #findSpan(at: number): number {
    let low = 0;
    let high = this.#spanStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#spanStarts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Fetches a span, the first ones only once: a probe reads them before the conversion does. */
  #fetchOnce(index: number, signal: AbortSignal): Promise<Buffer> {
    const kept = this.#firstSpans.get(index);
    if (kept) return kept;
    const span = this.#plan.spans[index] as Span;
    if (index >= KEPT_SPANS) return this.#fetch(span, signal);
    // Not ended with the request that asked first: the next one waits for the same bytes.
    const bytes = this.#fetch(span, this.#signal);
    this.#firstSpans.set(index, bytes);
    return bytes;
  }

  /** Fetches a span and keeps its audio. */
  async #fetch(span: Span, signal: AbortSignal): Promise<Buffer> {
    const runs = [...this.#runsOf(span)];
    const audio = Buffer.allocUnsafeSlow(runs.reduce((sum, [start, end]) => sum + end - start, 0));
    let filled = 0;
    let run = 0;
    let position = span.startByte;
    for await (const chunk of this.#reader.readRange(span.startByte, span.endByte, signal)) {
      const chunkEnd = position + chunk.length;
      for (let current = runs[run]; current && current[0] < chunkEnd; current = runs[run]) {
        const from = Math.max(current[0], position);
        const to = Math.min(current[1], chunkEnd);
        audio.set(chunk.subarray(from - position, to - position), filled);
        filled += to - from;
        if (to < current[1]) break;
        run++;
      }
      position = chunkEnd;
    }
    return audio;
  }
}
