import { parseBoxHeader } from "../../../parsing/box.ts";
import type { RangeReader } from "../../reading/range-reader.ts";

/** Boxes in a movie box (ISO/IEC 14496-12 §8.2), and those that may come after it. */
const CHILDREN = new Set("mvhd trak mvex udta meta iods pssh ctab clip prfl".split(" "));
const FOLLOWING = new Set("mdat free skip wide moof styp sidx mfra uuid".split(" "));

/** Real ones have a box for each track and some others. */
const MOST_CHILDREN = 256;

/**
 * Finds where a movie box ends whose own size is wrong, by the boxes in it: undefined unless something
 * follows them that belongs after it, or the file ends there.
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
