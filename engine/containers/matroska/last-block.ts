import type { RangeReader } from "../../reading/range-reader.ts";
import { listElements, readEbmlSize, readElement, readNumber } from "./ebml.ts";

const CLUSTER = 0x1f43b675;
const CLUSTER_START = Buffer.from("1f43b675", "hex");
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;

/** Clusters of live recordings last up to half a minute. */
const TAIL_BYTES = 4 * 1024 * 1024;

/**
 * Reads when the last block of a track begins, in the segment's ticks; undefined where it isn't near the
 * end. Recordings that were never finished have that in place of a length.
 */
export async function readLastBlockTicks(
  reader: RangeReader,
  trackNumber: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const size = reader.sizeBytes;
  const tail = await reader.readAll(Math.max(0, size - TAIL_BYTES), size, signal);
  for (let end = tail.length; end > 0; ) {
    const at = tail.lastIndexOf(CLUSTER_START, end - 1);
    if (at < 0) return undefined;
    const ticks = readCluster(tail, at, trackNumber);
    if (ticks !== undefined) return ticks;
    end = at;
  }
  return undefined;
}

/** The time of the last of a cluster's blocks that are whole. Its size may be unknown. */
function readCluster(bytes: Buffer, at: number, trackNumber: number): number | undefined {
  const sized = readElement(bytes, at);
  const start = sized?.id === CLUSTER ? sized.bodyStart : skipUnknownSize(bytes, at + 4);
  let clusterTicks: number | undefined;
  let last: number | undefined;
  for (const element of listElements(bytes, start, bytes.length)) {
    if (element.id === CLUSTER) break;
    if (element.id === TIMESTAMP) clusterTicks = readNumber(bytes, element);
    const group = element.id === BLOCK_GROUP;
    const block = group
      ? listElements(bytes, element.bodyStart, element.end).find(({ id }) => id === BLOCK)
      : element.id === SIMPLE_BLOCK && element;
    if (!block || clusterTicks === undefined) continue;
    const number = readEbmlSize(bytes, block.bodyStart);
    if (number?.size !== trackNumber || number.next + 2 > block.end) continue;
    last = Math.max(last ?? 0, clusterTicks + bytes.readInt16BE(number.next));
  }
  return last;
}

/** The length of a size is in its first byte, also where the size is unknown. */
const skipUnknownSize = (bytes: Buffer, at: number): number => at + Math.clz32(bytes[at] ?? 0) - 23;
