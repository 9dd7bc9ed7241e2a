import { type Box, ifWellFormed, openBox, parseBoxHeader } from "../../../parsing/box.ts";
import { Fields } from "../../../parsing/fields.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

/** One request reads this much at the end. Most writers' whole index fits. */
const TAIL_BYTES = 64 * 1024;
/** Enough for 150,000 fragments: a `sidx` entry takes 12 bytes, a `tfra` entry 11 to 28. */
const LARGEST_INDEX_BYTES = 4 * 1024 * 1024;

/**
 * Reads where the fragments begin from the file's own index: the `sidx` box before the first
 * fragment, or the `mfra` box at the end (ISO/IEC 14496-12 §8.16.3 and §8.8.9). The index may be
 * wrong, so use it only to read ahead.
 *
 * @returns byte offsets in file order, none if there is no index
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

/** The contents of a `sidx` box, which describes the fragments after it. */
interface SegmentIndex {
  offsets: number[];
  /** Where the last fragment ends. */
  endByte: number;
  seconds: number;
}

/** Reads the `sidx` box at `startByte`. Returns undefined if there is none. */
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

/** Lists a `sidx` box's references. Their positions are counted from the end of the box. */
function listReferences(sidx: Buffer, endByte: number): SegmentIndex {
  const { isLong, fields } = openBox(sidx, "sidx").fullFields();
  const timescale = fields.skip(4).u32();
  // Skip the earliest presentation time.
  fields.skip(isLong ? 8 : 4);
  let ticks = 0;
  let position = endByte + fields.u64(isLong);
  const count = fields.skip(2).u16();
  const offsets: number[] = [];
  for (let index = 0; index < count; index++) {
    const reference = fields.u32();
    // The top bit marks a reference to another index.
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

/** Reads the size of the `mfra` box from its last child, `mfro`. Returns 0 if there is none. */
function readMfraBytes(tail: Buffer): number {
  if (tail.length < 16) return 0;
  const fields = new Fields(tail.subarray(-16));
  return fields.skip(4).text(4) === "mfro" ? fields.skip(4).u32() : 0;
}

/**
 * Reads the fragments' positions from a `tfra` box. Each entry has a time, a position and three
 * numbers, whose widths the box states.
 */
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
