import type { RangeReader } from "../../reading/range-reader.ts";
import { listBoxes, MalformedBox, parseBoxHeader } from "./box.ts";

/** Read at the end in one request: the whole of what most writers put there. */
const TAIL_BYTES = 64 * 1024;
/** A `sidx` entry takes 12 bytes, a `tfra` entry 11 to 28. */
const LARGEST_INDEX_BYTES = 4 * 1024 * 1024;

/**
 * Reads where the fragments begin, in bytes and in order, from the file's own index: the `sidx` box
 * before the first one, or the `mfra` box at the end (ISO/IEC 14496-12 §8.16.3 and §8.8.9). Empty
 * if there is none. It may be wrong, so only reading ahead may depend on it.
 */
export async function readFragmentIndex(
  reader: RangeReader,
  startByte: number,
  signal: AbortSignal,
): Promise<number[]> {
  try {
    const front = await readSegmentIndex(reader, startByte, signal);
    const offsets = front.length > 0 ? front : await readRandomAccess(reader, signal);
    return [...new Set(offsets)]
      .filter((offset) => offset >= startByte && offset < reader.sizeBytes)
      .sort((a, b) => a - b);
  } catch (error) {
    if (error instanceof MalformedBox || error instanceof RangeError) return [];
    throw error;
  }
}

async function readSegmentIndex(
  reader: RangeReader,
  startByte: number,
  signal: AbortSignal,
): Promise<number[]> {
  const head = await reader.readAll(startByte, startByte + 16, signal);
  const header = parseBoxHeader(head, 0);
  if (header?.type !== "sidx" || header.sizeBytes > LARGEST_INDEX_BYTES) return [];
  const sidx = await reader.readAll(startByte, startByte + header.sizeBytes, signal);
  const isLong = sidx[header.headerBytes] === 1;
  let at = header.headerBytes + 12 + (isLong ? 8 : 4);
  const skipped = isLong ? Number(sidx.readBigUInt64BE(at)) : sidx.readUInt32BE(at);
  at += (isLong ? 8 : 4) + 2;
  let position = startByte + header.sizeBytes + skipped;
  const count = sidx.readUInt16BE(at);
  const offsets: number[] = [];
  for (let index = 0; index < count; index++) {
    const reference = sidx.readUInt32BE(at + 2 + index * 12);
    // The top bit marks a further index instead of fragments.
    if (reference >>> 31 === 0) offsets.push(position);
    position += reference & 0x7fffffff;
  }
  return offsets;
}

async function readRandomAccess(reader: RangeReader, signal: AbortSignal): Promise<number[]> {
  const size = reader.sizeBytes;
  const tail = await reader.readAll(Math.max(0, size - TAIL_BYTES), size, signal);
  const closing = tail.length - 16;
  if (closing < 0 || tail.toString("latin1", closing + 4, closing + 8) !== "mfro") return [];
  const mfraBytes = tail.readUInt32BE(closing + 12);
  if (mfraBytes < 24 || mfraBytes > Math.min(size, LARGEST_INDEX_BYTES)) return [];
  const mfra =
    mfraBytes <= tail.length
      ? tail.subarray(tail.length - mfraBytes)
      : await reader.readAll(size - mfraBytes, size, signal);
  if (mfra.toString("latin1", 4, 8) !== "mfra") return [];
  return listBoxes(mfra, 8, mfra.length)
    .filter(({ type }) => type === "tfra")
    .flatMap(({ bodyStart, end }) => readEntries(mfra.subarray(bodyStart, end)));
}

/** A `tfra` box: times, places of fragments, and numbers within them, of stated widths. */
function readEntries(body: Buffer): number[] {
  const isLong = body[0] === 1;
  const widths = body.readUInt32BE(8);
  const numberBytes = ((widths >> 4) & 3) + ((widths >> 2) & 3) + (widths & 3) + 3;
  const entryBytes = (isLong ? 16 : 8) + numberBytes;
  const count = Math.min(body.readUInt32BE(12), Math.floor((body.length - 16) / entryBytes));
  return Array.from({ length: count }, (_, index) => {
    const at = 16 + index * entryBytes;
    return isLong ? Number(body.readBigUInt64BE(at + 8)) : body.readUInt32BE(at + 4);
  });
}
