import type { OpenFormat } from "../container.ts";
import { findEndTags } from "../end-tags.ts";
import { mayBeRecorded, REST_READ_BYTES } from "../file-tail.ts";
import { PlainFile } from "../plain-file.ts";
import { endAt, SplicedSource } from "../spliced-source.ts";
import { WRAP } from "./samples-end.ts";

/** The standard says all ones. Some writers leave 0, and ffmpeg takes that for an empty file. */
const SIZE_IS_UNKNOWN = [0, WRAP - 1];
const UNKNOWN_SIZE = Buffer.alloc(4, 0xff);
const SIZE_AT = 8;
const HEADER_BYTES = 24;

/**
 * Opens an AU file. Its header has the samples' offset and size, but ffmpeg would read to the end
 * of the file, whatever follows the samples.
 */
export const openAu: OpenFormat = async (reader, _choice, signal) => {
  const head = await reader.readHead(signal);
  if (head.length < HEADER_BYTES || head.toString("latin1", 0, 4) !== ".snd") return undefined;
  const endTagsByte = await findEndTags(reader, signal);
  const samplesBytes = head.readUInt32BE(SIZE_AT);
  const isUnknown = SIZE_IS_UNKNOWN.includes(samplesBytes);
  const declaredEnd = head.readUInt32BE(4) + samplesBytes;
  if (!isUnknown && declaredEnd > endTagsByte) {
    const missingEnd = { detail: `the file says ${declaredEnd} bytes`, isInterrupted: false };
    return new PlainFile(reader, { missingEnd, endTagsByte });
  }
  // Above 4 GB the field wraps.
  const wrappedBytes = WRAP * Math.floor((endTagsByte - declaredEnd) / WRAP);
  const endByte = isUnknown ? endTagsByte : declaredEnd + wrappedBytes;
  const next = await reader.readAll(endByte, endByte + REST_READ_BYTES, signal);
  const start = [head.subarray(0, SIZE_AT), UNKNOWN_SIZE];
  const media =
    endByte === declaredEnd
      ? endAt(reader, endByte)
      : new SplicedSource(reader, [...start, [SIZE_AT + UNKNOWN_SIZE.length, endByte]]);
  const isLoss = mayBeRecorded(next, endTagsByte - endByte, reader.sizeBytes);
  return new PlainFile(reader, { media, endTagsByte, readErrors: isLoss ? 1 : 0 });
};
