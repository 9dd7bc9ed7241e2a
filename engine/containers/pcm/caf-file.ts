import type { OpenFormat } from "../container.ts";
import { findEndTags } from "../end-tags.ts";
import { mayBeRecorded, REST_READ_BYTES } from "../file-tail.ts";
import { PlainFile } from "../plain-file.ts";
import { SplicedSource } from "../spliced-source.ts";

const FIRST_CHUNK_AT = 8;
const CHUNK_HEAD_BYTES = 12;

/** The most chunks that are looked at. Real files have about ten. */
const MOST_CHUNKS = 64;

/**
 * Opens a Core Audio file that has bytes other than chunks after its samples, and leaves those
 * bytes out. ffmpeg would search all of them for chunks. Any other file is opened later, as a plain
 * file.
 */
export const openCafWithRest: OpenFormat = async (reader, _choice, signal) => {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", 0, 4) !== "caff") return undefined;
  let hasSamples = false;
  let at = FIRST_CHUNK_AT;
  for (let count = 0; count < MOST_CHUNKS && at + CHUNK_HEAD_BYTES <= reader.sizeBytes; count++) {
    const end = at + CHUNK_HEAD_BYTES;
    const isNear = end <= head.length;
    const chunk = isNear ? head.subarray(at, end) : await reader.readAll(at, end, signal);
    const bytes = Number(chunk.readBigInt64BE(4));
    const isChunk = /^[\x20-\x7e]{4}$/.test(chunk.toString("latin1", 0, 4));
    const isWhole = bytes >= 0 && end + bytes <= reader.sizeBytes;
    if (hasSamples && !(isChunk && isWhole)) {
      const media = new SplicedSource(reader, [[0, at]]);
      const endTagsByte = await findEndTags(reader, signal);
      const next = await reader.readAll(at, at + REST_READ_BYTES, signal);
      const isLoss = mayBeRecorded(next, endTagsByte - at, reader.sizeBytes);
      return new PlainFile(reader, { media, endTagsByte, readErrors: isLoss ? 1 : 0 });
    }
    if (!isWhole) return undefined;
    hasSamples ||= chunk.toString("latin1", 0, 4) === "data" && bytes > 0;
    at = end + bytes;
  }
  return undefined;
};
