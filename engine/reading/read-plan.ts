import { AWS_FIGURES, priceFunctionSecond } from "./aws-figures.ts";

/** Stretches of a file that are wanted, in file order. */
export interface Extents {
  count: number;
  /** Where each begins, in bytes. */
  starts: Float64Array;
  /** Bytes of each. */
  sizes: Uint32Array;
  totalBytes: number;
}

/** One ranged request: the wanted extents `firstExtent`..`lastExtent` and the gaps between them. */
export interface Span {
  startByte: number;
  endByte: number;
  firstExtent: number;
  lastExtent: number;
}

export interface ReadPlan {
  kind: "audio-ranges" | "sequential";
  spans: Span[];
  bytes: number;
  inFlight: number;
}

/**
 * What a second of waiting for the MP3 is worth. This is our own choice, $0.36 an hour. Without it
 * a file would be read as slowly as is cheapest.
 */
const WAITING_DOLLARS_PER_SECOND = 0.0001;

/**
 * What reading costs on AWS (docs/engine.md has the sources): a request's latency, the bandwidth of
 * a function, the worth of its second, the price of a GET.
 */
export const READ_COSTS = {
  requestSeconds: AWS_FIGURES.requestSeconds,
  bytesPerSecond: AWS_FIGURES.bytesPerSecond,
  dollarsPerSecond: priceFunctionSecond() + WAITING_DOLLARS_PER_SECOND,
  dollarsPerRequest: AWS_FIGURES.dollarsPerGet,
} as const;

export const RANGES_IN_FLIGHT = 16;
export const SEQUENTIAL_IN_FLIGHT = 4;
const LARGEST_SPAN_BYTES = 8 * 1024 * 1024;

/** The most audio in a span, because as many spans as are in flight wait in memory. */
const LARGEST_WANTED_BYTES = 3 * 1024 * 1024;

/** Sparse spans are short, and many of them are in flight. Dense ones are long. */
const SPARSE_SHARE = 0.25;

/** Bytes of a gap that cost as much to read as one request more. */
const GAP_WORTH_A_REQUEST_BYTES =
  READ_COSTS.bytesPerSecond *
  (READ_COSTS.requestSeconds / RANGES_IN_FLIGHT +
    READ_COSTS.dollarsPerRequest / READ_COSTS.dollarsPerSecond);

/**
 * Computes the seconds of a way to read, if the function did nothing else, and what AWS bills for
 * it.
 */
export function priceReads(bytes: number, requests: number, inFlight: number) {
  const seconds =
    bytes / READ_COSTS.bytesPerSecond + (requests * READ_COSTS.requestSeconds) / inFlight;
  return { seconds, dollars: billReads(seconds, requests) };
}

/** Computes what AWS bills for seconds of the function and requests, in dollars. */
export const billReads = (seconds: number, requests: number): number =>
  seconds * priceFunctionSecond() + requests * READ_COSTS.dollarsPerRequest;

/**
 * Decides which bytes are fetched. Skips a gap between two runs of audio if a request costs less
 * than its bytes. The first spans are short, since a probe stops after the first kilobytes.
 */
export function planReads(extents: Extents): ReadPlan {
  const spans: Span[] = [];
  let bytes = 0;
  let span: Span | undefined;
  let wanted = 0;
  const close = () => {
    if (!span) return;
    spans.push(span);
    wanted = 0;
    bytes += span.endByte - span.startByte;
    span = undefined;
  };
  const limit = () => Math.min(LARGEST_SPAN_BYTES, 2 ** (18 + Math.min(8, spans.length)));
  for (let index = 0; index < extents.count; index++) {
    let start = extents.starts[index] as number;
    const end = start + (extents.sizes[index] as number);
    if (span) {
      const gap = start - span.endByte;
      if (gap > GAP_WORTH_A_REQUEST_BYTES || start - span.startByte > limit()) close();
      else if (wanted >= LARGEST_WANTED_BYTES) close();
    }
    while (start < end) {
      span ??= { startByte: start, endByte: start, firstExtent: index, lastExtent: index };
      span.lastExtent = index;
      const room = Math.min(span.startByte + limit() - start, LARGEST_WANTED_BYTES - wanted);
      span.endByte = Math.min(end, start + Math.max(1, room));
      wanted += span.endByte - start;
      start = span.endByte;
      if (start < end) close();
    }
  }
  close();
  const isSparse = extents.totalBytes > 0 && coveredBytes(extents) > bytes / SPARSE_SHARE;
  return {
    kind: isSparse ? "audio-ranges" : "sequential",
    spans,
    bytes,
    inFlight: isSparse ? RANGES_IN_FLIGHT : SEQUENTIAL_IN_FLIGHT,
  };
}

function coveredBytes(extents: Extents): number {
  const last = extents.count - 1;
  return (
    (extents.starts[last] as number) +
    (extents.sizes[last] as number) -
    (extents.starts[0] as number)
  );
}
