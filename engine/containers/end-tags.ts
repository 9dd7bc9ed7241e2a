import { decodeTags } from "../ffmpeg/decode-tags.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { ContainerTags } from "./container.ts";
import {
  ID3V1_BYTES,
  measureTagBefore,
  parseApeItems,
  parseId3v1,
  TAG_HEADER_BYTES,
  TAG_TRAILER_BYTES,
} from "./mp3/tags.ts";

/**
 * The most tags that are looked for. Real files end in an ID3v1, an APEv2 and a Lyrics3 at most.
 */
const MOST_TAGS = 8;

/** Enough for an APEv2 tag with covers. A larger one isn't read. */
const LARGEST_TAG_BYTES = 8 * 1024 * 1024;

/** Enough for ID3v1, Lyrics3 and anything else after an APEv2 tag. */
const TAIL_BYTES = 8 * 1024;

/**
 * Finds where the tags at a file's end begin.
 *
 * @returns the file's size if there are none
 */
export async function findEndTags(reader: RangeReader, signal: AbortSignal): Promise<number> {
  let start = reader.sizeBytes;
  for (let count = 0; count < MOST_TAGS; count++) {
    const tail = await reader.readAll(Math.max(0, start - TAG_TRAILER_BYTES), start, signal);
    const bytes = measureTagBefore(tail);
    // A tag can't fill the whole file.
    if (bytes === 0 || bytes >= start) break;
    start -= bytes;
  }
  return start;
}

/** Reads the texts and the cover of the APEv2 and ID3v1 tags at a file's end. */
export async function readEndTags(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<ContainerTags> {
  const tail = await reader.readTail(TAIL_BYTES, signal);
  const tailStart = reader.sizeBytes - tail.length;
  const old = await decodeTags(parseId3v1(tail.subarray(-ID3V1_BYTES)), "mp3");
  const footer = tail.lastIndexOf("APETAGEX", undefined, "latin1");
  if (footer < 0 || footer + TAG_HEADER_BYTES > tail.length) return { texts: old };
  // The size includes the items and the footer.
  const end = tailStart + footer;
  const start = end + TAG_HEADER_BYTES - tail.readUInt32LE(footer + 12);
  if (start < 0 || start >= end || end - start > LARGEST_TAG_BYTES) return { texts: old };
  const ape = parseApeItems(await reader.readAll(start, end, signal));
  return { ...ape, texts: { ...old, ...ape.texts } };
}
