import { ifWellFormed, openBox, parseBoxHeader } from "../../../parsing/box.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { MOST_ZERO_PADDING_BYTES, mayBeRecorded } from "../file-tail.ts";

/**
 * How far the next fragment is searched for after damage, and how many bytes are read at a time.
 */
const SEARCHED_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 1024 * 1024;

/** The tables of a real fragment take a few kilobytes. */
const LARGEST_TABLES_BYTES = 256 * 1024;

/** Finds the first fragment at or after `startByte`. The bytes before it aren't valid boxes. */
export async function findNextFragment(
  reader: RangeReader,
  startByte: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const end = Math.min(reader.sizeBytes, startByte + SEARCHED_BYTES);
  for (let from = startByte; from < end; from += WINDOW_BYTES) {
    // Read far enough to have all tables that begin in this window.
    const bytes = await reader.readAll(from, from + WINDOW_BYTES + LARGEST_TABLES_BYTES, signal);
    for (let at = bytes.indexOf("moof", 4, "latin1"); at >= 0; at = next(bytes, at)) {
      if (isFragment(bytes, at - 4)) return from + at - 4;
    }
  }
  return undefined;
}

const next = (bytes: Buffer, at: number): number => bytes.indexOf("moof", at + 1, "latin1");

/** Returns whether a fragment's tables begin at `at`: a `moof` with a track in it. */
function isFragment(bytes: Buffer, at: number): boolean {
  const header = parseBoxHeader(bytes, at);
  if (!header || at + header.sizeBytes > bytes.length) return false;
  const moof = bytes.subarray(at, at + header.sizeBytes);
  return ifWellFormed(() => openBox(moof, "moof").find("traf", "tfhd")) !== undefined;
}

/** The boxes that fragmented files consist of (ISO/IEC 14496-12 and 23009-1). */
const TYPES = "moof mdat styp sidx ssix emsg prft mfra free skip uuid".split(" ");

/** If the start of a fragment was overwritten, one of these names may still be there. */
const PARTS = ["moof", "tfhd", "tfdt", "trun", "mdat"];

interface Rest {
  /** Whether a recording was cut or overwritten here. */
  hasRemains: boolean;
  /** Whether the bytes may be recorded audio even so. */
  mayBeRecorded: boolean;
}

/** Reads the rest of a file after its last box. It has no complete fragment. */
export async function readRest(
  reader: RangeReader,
  at: number,
  signal: AbortSignal,
): Promise<Rest> {
  const restBytes = reader.sizeBytes - at;
  const bytes = await reader.readAll(at, at + WINDOW_BYTES, signal);
  const isLong = restBytes > MOST_ZERO_PADDING_BYTES;
  const isZeros = !bytes.subarray(0, MOST_ZERO_PADDING_BYTES).some((byte) => byte !== 0);
  const hasRemains =
    mayBeginBox(bytes) ||
    (isZeros && isLong) ||
    PARTS.some((part) => bytes.includes(part, 0, "latin1"));
  const isMuch = isLong && mayBeRecorded(bytes, restBytes, reader.sizeBytes);
  return { hasRemains, mayBeRecorded: isMuch };
}

/** Returns whether a recording may continue with these bytes. */
function mayBeginBox(bytes: Buffer): boolean {
  // Fragments are smaller than 16 MB, so a box's size begins with a zero.
  if (bytes.length < 8) return bytes[0] === 0 && bytes.some((byte) => byte !== 0);
  return TYPES.includes(bytes.toString("latin1", 4, 8));
}
