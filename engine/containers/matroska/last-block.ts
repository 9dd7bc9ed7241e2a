import { type Element, listElements, readElement, readNumber } from "../../../parsing/element.ts";
import { CLUSTER } from "../../../parsing/matroska-ids.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

const CLUSTER_START = Buffer.from("1f43b675", "hex");
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;

/** Other elements of a cluster (RFC 9559 §5.1.3), and elements that may follow one. */
const OTHERS = new Set([
  ...[0xa7, 0xab, 0xaf, 0xbf, 0xec, 0x5854],
  ...[0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1043a770, 0x1254c367, 0x1941a469],
]);

/** How a recording ends. */
interface LastBlock {
  /** The time of the track's last block, in the segment's ticks. */
  ticks: number;
  /** The end of the last whole cluster. The bytes after it aren't part of the recording. */
  endByte: number;
}

/** A cluster of a live recording is up to half a minute long. */
const TAIL_BYTES = 4 * 1024 * 1024;

/**
 * Reads the last block of a track. A recording that was never finished states no length, so this block's
 * time replaces it.
 *
 * @returns undefined if the block isn't near the end
 */
export async function readLastBlock(
  reader: RangeReader,
  trackNumber: number,
  signal: AbortSignal,
): Promise<LastBlock | undefined> {
  const tail = await reader.readTail(TAIL_BYTES, signal);
  let audioEnd: number | undefined;
  for (let end = tail.length; end > 0; ) {
    const at = tail.lastIndexOf(CLUSTER_START, end - 1);
    if (at < 0) return undefined;
    const { ticks, end: clusterEnd } = readCluster(tail, at, trackNumber);
    audioEnd ??= clusterEnd;
    if (ticks !== undefined) return { ticks, endByte: reader.sizeBytes - tail.length + audioEnd };
    end = at;
  }
  return undefined;
}

/** Reads the time and the end of a cluster's last whole block. The cluster's size may be unknown. */
function readCluster(bytes: Buffer, at: number, trackNumber: number) {
  const cluster = readElement(bytes, at);
  let clusterTicks: number | undefined;
  let ticks: number | undefined;
  let end = cluster?.bodyStart ?? bytes.length;
  for (const element of cluster ? listElements(bytes, cluster.bodyStart) : []) {
    if (element.id === CLUSTER) break;
    const block = findBlock(element);
    if (!isOfCluster(element.id)) break;
    end = element.end;
    if (element.id === TIMESTAMP) clusterTicks = element.number();
    if (!block || clusterTicks === undefined) continue;
    const number = readNumber(bytes, block.bodyStart);
    if (number?.value !== trackNumber || number.next + 2 > block.end) continue;
    ticks = Math.max(ticks ?? 0, clusterTicks + bytes.readInt16BE(number.next));
  }
  const next = readElement(bytes, end);
  const continues = next !== undefined && (isOfCluster(next.id) || next.id === CLUSTER);
  return { ticks, end: continues ? bytes.length : end };
}

const isOfCluster = (id: number): boolean =>
  [TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP].includes(id) || OTHERS.has(id);

const findBlock = (element: Element): Element | undefined =>
  element.id === BLOCK_GROUP
    ? element.find(BLOCK)
    : element.id === SIMPLE_BLOCK
      ? element
      : undefined;
