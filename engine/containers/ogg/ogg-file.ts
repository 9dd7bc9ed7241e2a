import { interrupted, type MissingEnd, type OpenFormat } from "../container.ts";
import { type FileTail, MOST_ZERO_PADDING_BYTES, readFileTail } from "../file-tail.ts";
import { PlainFile } from "../plain-file.ts";
import { leaveOutPadding } from "../spliced-source.ts";
import { readOggFlacStart } from "./flac-start.ts";

/** Opens an Ogg file. Leaves out bytes after its last page, which ffmpeg would take for damage. */
export const openOgg: OpenFormat = async (reader, _choice, signal) => {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", 0, 4) !== "OggS") return undefined;
  const tail = await readFileTail(reader, signal);
  const { missingEnd, endByte } = findOggEnd(tail);
  return new PlainFile(reader, {
    missingEnd,
    media: missingEnd ? undefined : leaveOutPadding(reader, endByte, tail.zeroBytes),
    startSeconds: readOggFlacStart(head),
  });
};

interface OggEnd {
  missingEnd: MissingEnd | undefined;
  /** Where the last page ends. */
  endByte: number;
}

/** Finds how an Ogg file ends. A page has a header, a segment table and segments (RFC 3533 §6). */
export function findOggEnd({ startByte, bytes, zeroBytes }: FileTail): OggEnd {
  const at = bytes.lastIndexOf("OggS", undefined, "latin1");
  const cut = { missingEnd: CUT_OGG_PAGE, endByte: startByte + bytes.length };
  if (at < 0 || at + 27 > bytes.length) return cut;
  const segments = bytes[at + 26] ?? 0;
  const table = bytes.subarray(at + 27, at + 27 + segments);
  const end = at + 27 + segments + table.reduce((sum, length) => sum + length, 0);
  if (end > bytes.length) return cut;
  // An unfinished download leaves zeros in place of pages. After the stream's last page they are
  // padding.
  const isLast = ((bytes[at + 5] ?? 0) & 4) !== 0;
  const missingEnd = zeroBytes > MOST_ZERO_PADDING_BYTES && !isLast ? ZEROS_AFTER_OGG : undefined;
  return { missingEnd, endByte: startByte + end };
}

const ZEROS_AFTER_OGG = { detail: "zeros follow the last Ogg page", isInterrupted: false };
const CUT_OGG_PAGE = interrupted("the last Ogg page is cut");
