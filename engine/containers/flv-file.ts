import { interrupted, type OpenFormat } from "./container.ts";
import { type FileTail, readFileTail } from "./file-tail.ts";
import { PlainFile } from "./plain-file.ts";
import { leaveOutPadding } from "./spliced-source.ts";

/**
 * Opens an FLV. Leaves out the bytes after its last complete tag, unless they begin another tag.
 */
export const openFlv: OpenFormat = async (reader, _choice, signal) => {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", 0, 3) !== "FLV") return undefined;
  const tail = await readFileTail(reader, signal);
  const { isCut, endByte } = findLastTag(tail, reader.sizeBytes);
  return new PlainFile(reader, {
    missingEnd: isCut ? interrupted("the last FLV tag is cut") : undefined,
    media: isCut ? undefined : leaveOutPadding(reader, endByte, tail.zeroBytes),
  });
};

const FLV_TAG_HEADER_BYTES = 11;
const FLV_TAG_TYPES = new Set([8, 9, 18]);

/**
 * Searches backwards for the last complete tag. Every tag is followed by its size (FLV 10.1 annex
 * E.3). The bytes after the last one either begin another tag or don't belong to the recording.
 */
function findLastTag({ startByte, bytes }: FileTail, sizeBytes: number) {
  for (let at = bytes.length - 4; at >= FLV_TAG_HEADER_BYTES; at--) {
    const tagBytes = bytes.readUInt32BE(at);
    const start = at - tagBytes;
    if (tagBytes < FLV_TAG_HEADER_BYTES || start < 0) continue;
    if (bytes.readUIntBE(start + 1, 3) + FLV_TAG_HEADER_BYTES !== tagBytes) continue;
    const endByte = startByte + at + 4;
    const rest = bytes.subarray(at + 4);
    if (rest.length < FLV_TAG_HEADER_BYTES || !FLV_TAG_TYPES.has(rest[0] ?? 0)) {
      return { isCut: false, endByte };
    }
    // Some writers leave out the size after the last tag.
    const restBytes = rest.readUIntBE(1, 3) + FLV_TAG_HEADER_BYTES;
    return { isCut: endByte + restBytes > sizeBytes, endByte: sizeBytes };
  }
  return { isCut: true, endByte: sizeBytes };
}
