import { parseBoxHeader } from "../../../parsing/box.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

/** The boxes in a movie box (ISO/IEC 14496-12 §8.2), and the boxes that may come after it. */
const CHILDREN = new Set("mvhd trak mvex udta meta iods pssh ctab clip prfl".split(" "));
const FOLLOWING = new Set("mdat free skip wide moof styp sidx mfra uuid".split(" "));

/** Real movie boxes have a child for each track and a few more. */
const MOST_CHILDREN = 256;

/**
 * Finds the end of a movie box with a wrong size, by going through its children.
 *
 * @returns undefined unless the last child is followed by a box that may come after a movie box, or
 * by the end of the file
 */
export async function findMovieEnd(
  reader: RangeReader,
  bodyStart: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const seen = new Set<string>();
  let at = bodyStart;
  for (let count = 0; count < MOST_CHILDREN && at < reader.sizeBytes; count++) {
    const header = parseBoxHeader(await reader.readAll(at, at + 16, signal));
    const isChild = header && header.sizeBytes >= header.headerBytes && CHILDREN.has(header.type);
    if (!isChild) return seen.has("trak") && FOLLOWING.has(header?.type ?? "") ? at : undefined;
    seen.add(header.type);
    at += header.sizeBytes;
  }
  return at === reader.sizeBytes && seen.has("trak") ? at : undefined;
}
