import { AWS_FIGURES, priceFunctionSecond } from "./aws-figures.ts";

/** The stretches of a file that are needed, in file order. */
export interface Extents {
  count: number;
  /** The byte at which each one begins. */
  starts: Float64Array;
  /** The size of each one in bytes. */
  sizes: Uint32Array;
  totalBytes: number;
}

/**
 * One ranged request. It reads the extents `firstExtent` to `lastExtent` and the gaps between them.
 */
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
 * The price of a second that a person waits for the MP3. We chose $0.36 an hour. Without it, the
 * cheapest plan would win, however slow it is.
 */
const WAITING_DOLLARS_PER_SECOND = 0.0001;

/** The time and money that reading takes on AWS. docs/engine.md has the sources. */
export const READ_COSTS = {
  requestSeconds: AWS_FIGURES.requestSeconds,
  bytesPerSecond: AWS_FIGURES.bytesPerSecond,
  dollarsPerSecond: priceFunctionSecond() + WAITING_DOLLARS_PER_SECOND,
  dollarsPerRequest: AWS_FIGURES.dollarsPerGet,
} as const;

export const RANGES_IN_FLIGHT = 16;
export const SEQUENTIAL_IN_FLIGHT = 4;
const LARGEST_SPAN_BYTES = 8 * 1024 * 1024;

/** The most audio in a span. The audio of all spans in flight waits in memory. */
const LARGEST_WANTED_BYTES = 3 * 1024 * 1024;

/**
 * If the spans cover less than this share of the file, they are short, and many are in flight.
 * Other spans are long.
 */
const SPARSE_SHARE = 0.25;

/** Reading a gap of this many bytes costs as much as another request. */
const GAP_WORTH_A_REQUEST_BYTES =
  READ_COSTS.bytesPerSecond *
  (READ_COSTS.requestSeconds / RANGES_IN_FLIGHT +
    READ_COSTS.dollarsPerRequest / READ_COSTS.dollarsPerSecond);

/** Estimates how long a function takes if it only reads, and what AWS bills for it. */
export function priceReads(bytes: number, requests: number, inFlight: number) {
  const seconds =
    bytes / READ_COSTS.bytesPerSecond + (requests * READ_COSTS.requestSeconds) / inFlight;
  return { seconds, dollars: billReads(seconds, requests) };
}

/** Computes what AWS bills for a function's seconds and its requests, in dollars. */
export const billReads = (seconds: number, requests: number): number =>
  seconds * priceFunctionSecond() + requests * READ_COSTS.dollarsPerRequest;

/**
 * Decides which bytes are fetched. Skips a gap between two runs of audio if another request costs
 * less than reading the gap. The first spans are short, because a probe stops after a few
 * kilobytes.
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
