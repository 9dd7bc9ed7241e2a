import { ifWellFormed, openBox, parseBoxHeader } from "../../../parsing/box.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

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
