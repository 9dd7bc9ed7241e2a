import { ifWellFormed, openBox, parseBoxHeader } from "../../../parsing/box.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

/** How far a fragment is looked for after damage, and how many bytes are read at a time. */
const SEARCHED_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 1024 * 1024;

/** Fragments of real files have tables of some kilobytes. */
const LARGEST_TABLES_BYTES = 256 * 1024;

/** Finds the first fragment that begins at `startByte` or later, behind bytes that are no box. */
export async function findNextFragment(
  reader: RangeReader,
  startByte: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const end = Math.min(reader.sizeBytes, startByte + SEARCHED_BYTES);
  for (let from = startByte; from < end; from += WINDOW_BYTES) {
    // Tables that begin in this window are whole in it.
    const bytes = await reader.readAll(from, from + WINDOW_BYTES + LARGEST_TABLES_BYTES, signal);
    for (let at = bytes.indexOf("moof", 4, "latin1"); at >= 0; at = next(bytes, at)) {
      if (isFragment(bytes, at - 4)) return from + at - 4;
    }
  }
  return undefined;
}

const next = (bytes: Buffer, at: number): number => bytes.indexOf("moof", at + 1, "latin1");

/** Whether these are a fragment's tables, of which some track has samples. */
function isFragment(bytes: Buffer, at: number): boolean {
  const header = parseBoxHeader(bytes, at);
  if (!header || at + header.sizeBytes > bytes.length) return false;
  const moof = bytes.subarray(at, at + header.sizeBytes);
  return ifWellFormed(() => openBox(moof, "moof").find("traf", "tfhd")) !== undefined;
}
