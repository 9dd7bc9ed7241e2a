import { type Element, listElements, readElement, readNumber } from "../../../parsing/element.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

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
  const tail = await reader.readTail(TAIL_BYTES, signal);
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
  const cluster = readElement(bytes, at);
  let clusterTicks: number | undefined;
  let last: number | undefined;
  for (const element of cluster ? listElements(bytes, cluster.bodyStart) : []) {
    if (element.id === CLUSTER) break;
    if (element.id === TIMESTAMP) clusterTicks = element.number();
    const block = findBlock(element);
    if (!block || clusterTicks === undefined) continue;
    const number = readNumber(bytes, block.bodyStart);
    if (number?.value !== trackNumber || number.next + 2 > block.end) continue;
    last = Math.max(last ?? 0, clusterTicks + bytes.readInt16BE(number.next));
  }
  return last;
}

const findBlock = (element: Element): Element | undefined =>
  element.id === BLOCK_GROUP
    ? element.find(BLOCK)
    : element.id === SIMPLE_BLOCK
      ? element
      : undefined;
