import { type Box, ifWellFormed, openBox, parseBoxHeader } from "../../../parsing/box.ts";
import { Fields } from "../../../parsing/fields.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

/** Read at the end in one request: the whole of what most writers put there. */
const TAIL_BYTES = 64 * 1024;
/** A `sidx` entry takes 12 bytes, a `tfra` entry 11 to 28. */
const LARGEST_INDEX_BYTES = 4 * 1024 * 1024;

/**
 * Reads where the fragments begin, in bytes and in order, from the file's own index: the `sidx` box
 * before the first one, or the `mfra` box at the end (ISO/IEC 14496-12 §8.16.3 and §8.8.9). Empty
 * if there is none. It may be wrong, so where the audio is may not depend on it.
 */
export async function readFragmentIndex(
  reader: RangeReader,
  startByte: number,
  signal: AbortSignal,
): Promise<number[]> {
  const front = await readSegmentIndex(reader, startByte, signal);
  const offsets = front?.offsets.length ? front.offsets : await readRandomAccess(reader, signal);
  return [...new Set(offsets)]
    .filter((offset) => offset >= startByte && offset < reader.sizeBytes)
    .sort((a, b) => a - b);
}

/** What a `sidx` box says about the fragments after it. */
interface SegmentIndex {
  offsets: number[];
  /** Where the last of them ends. */
  endByte: number;
  seconds: number;
}

/** Reads the `sidx` box at `startByte`; undefined where there is none. */
export async function readSegmentIndex(
  reader: RangeReader,
  startByte: number,
  signal: AbortSignal,
): Promise<SegmentIndex | undefined> {
  const head = await reader.readAll(startByte, startByte + 16, signal);
  const header = parseBoxHeader(head);
  if (header?.type !== "sidx" || header.sizeBytes > LARGEST_INDEX_BYTES) return undefined;
  const endByte = startByte + header.sizeBytes;
  const sidx = await reader.readAll(startByte, endByte, signal);
  return ifWellFormed(() => listReferences(sidx, endByte));
}

/** The places that a `sidx` box names count from its end. */
function listReferences(sidx: Buffer, endByte: number): SegmentIndex {
  const { isLong, fields } = openBox(sidx, "sidx").fullFields();
  const timescale = fields.skip(4).u32();
  // The first time.
  fields.skip(isLong ? 8 : 4);
  let ticks = 0;
  let position = endByte + fields.u64(isLong);
  const count = fields.skip(2).u16();
  const offsets: number[] = [];
  for (let index = 0; index < count; index++) {
    const reference = fields.u32();
    // The top bit marks a further index instead of fragments.
    if (reference >>> 31 === 0) offsets.push(position);
    position += reference & 0x7fffffff;
    ticks += fields.u32();
    fields.skip(4);
  }
  return { offsets, endByte: position, seconds: ticks / Math.max(1, timescale) };
}

async function readRandomAccess(reader: RangeReader, signal: AbortSignal): Promise<number[]> {
  const size = reader.sizeBytes;
  const tail = await reader.readTail(TAIL_BYTES, signal);
  const mfraBytes = readMfraBytes(tail);
  if (mfraBytes < 24 || mfraBytes > Math.min(size, LARGEST_INDEX_BYTES)) return [];
  const mfra =
    mfraBytes <= tail.length
      ? tail.subarray(tail.length - mfraBytes)
      : await reader.readAll(size - mfraBytes, size, signal);
  if (parseBoxHeader(mfra)?.type !== "mfra") return [];
  const tables = ifWellFormed(() =>
    openBox(mfra, "mfra")
      .children()
      .filter(({ type }) => type === "tfra")
      .flatMap(readEntries),
  );
  return tables ?? [];
}

/** The size of an `mfra` box, which its last box says; 0 where there is none. */
function readMfraBytes(tail: Buffer): number {
  if (tail.length < 16) return 0;
  const fields = new Fields(tail.subarray(-16));
  return fields.skip(4).text(4) === "mfro" ? fields.skip(4).u32() : 0;
}

/** A `tfra` box: times, places of fragments, and numbers within them, of stated widths. */
function readEntries(tfra: Box): number[] {
  const { isLong, fields } = tfra.fullFields();
  const widths = fields.skip(4).u32();
  const numberBytes = ((widths >> 4) & 3) + ((widths >> 2) & 3) + (widths & 3) + 3;
  const wideBytes = isLong ? 8 : 4;
  const entryBytes = 2 * wideBytes + numberBytes;
  const count = Math.min(fields.u32(), Math.floor(fields.left / entryBytes));
  return Array.from({ length: count }, () => {
    const place = fields.skip(wideBytes).u64(isLong);
    fields.skip(numberBytes);
    return place;
  });
}
