import { Part } from "../../reading/part.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { ReadAhead } from "../../reading/read-ahead.ts";
import type { Extents, ReadPlan, Span } from "../../reading/read-plan.ts";
import type { SourceReader } from "../../types.ts";

/** The first spans are short (read-plan.ts), so these take 1.75 MB at most. */
const KEPT_SPANS = 3;

/**
 * Serves a virtual MP4 with one audio track: a rebuilt header, then the runs of audio as they are
 * in the source. The bytes between the runs are dropped as they arrive, so only audio takes memory.
 */
export class AudioOnlySource implements SourceReader {
  readonly sizeBytes: number;
  readonly #reader: RangeReader;
  readonly #header: Buffer;
  readonly #extents: Extents;
  readonly #spans: ReadAhead<Part>;
  /** Where each span's audio begins in this source's data. */
  readonly #spanStarts: Float64Array;

  constructor(reader: RangeReader, header: Buffer, extents: Extents, plan: ReadPlan) {
    this.#reader = reader;
    this.#header = header;
    this.#extents = extents;
    this.#spans = new ReadAhead(
      (index, signal) => this.#fetch(plan.spans[index], signal),
      { inFlight: plan.inFlight, kept: KEPT_SPANS },
      reader.signal,
    );
    this.sizeBytes = header.length + extents.totalBytes;
    this.#spanStarts = new Float64Array(plan.spans.length);
    let at = header.length;
    for (const [index, span] of plan.spans.entries()) {
      this.#spanStarts[index] = at;
      for (const [start, end] of this.#runsOf(span)) at += end - start;
    }
  }

  /** Lists a span's byte ranges that have audio. */
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
    const spans = this.#spans.open(either);
    let index = this.#findSpan(at);
    let skip = at - (this.#spanStarts[index] ?? at);
    try {
      for (let span = spans.take(index); span; span = spans.take(++index)) {
        // Send the whole span at once. The audio between two pictures is only a few hundred bytes,
        // too little for a write.
        const wanted = (await span.readWhole()).subarray(skip, skip + endByte - at);
        skip = 0;
        at += wanted.length;
        if (wanted.length > 0) yield wanted;
        if (at >= endByte) return;
      }
    } finally {
      stop.abort();
    }
  }

  /** Reads only the track's bytes, without the header. */
  readTrack(signal: AbortSignal): AsyncGenerator<Uint8Array> {
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

  /** Fetches a span and keeps only its audio. */
  #fetch(span: Span | undefined, signal: AbortSignal): Part | undefined {
    if (!span) return undefined;
    const runs = [...this.#runsOf(span)];
    const audioBytes = runs.reduce((sum, [start, end]) => sum + end - start, 0);
    return new Part(this.#readRuns(span, runs, signal), Buffer.allocUnsafeSlow(audioBytes));
  }

  async *#readRuns(
    span: Span,
    runs: readonly [number, number][],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    let run = 0;
    let position = span.startByte;
    for await (const chunk of this.#reader.readRange(span.startByte, span.endByte, signal)) {
      const chunkEnd = position + chunk.length;
      for (let current = runs[run]; current && current[0] < chunkEnd; current = runs[run]) {
        const from = Math.max(current[0], position);
        const to = Math.min(current[1], chunkEnd);
        yield chunk.subarray(from - position, to - position);
        if (to < current[1]) break;
        run++;
      }
      position = chunkEnd;
    }
  }
}
