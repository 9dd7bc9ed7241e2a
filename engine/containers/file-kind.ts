import type { FileKind } from "../../contract/conversion.ts";
import type { RangeReader } from "../reading/range-reader.ts";

/** How files begin that people upload by mistake. */
const STARTS: readonly [FileKind, RegExp][] = [
  ["photo", /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP)/s],
  ["document", /^(%PDF|\{\\rtf|\xd0\xcf.\xe0\xa1\xb1)/s],
  ["archive", /^(PK[^\w\s]{2}|Rar!|7z\xbc\xaf)/],
  ["playlist", /^(#EXTM3U|\[playlist\]|\s*(<\?xml[^>]*>\s*)?<(MPD|smil|asx|playlist)\b)/i],
  ["web-page", /^\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)\b/is],
  ["midi", /^MThd/],
];

/** Where ISO 9660 has its name, in bytes. */
const DISC_NAME_AT = 32769;

/** Finds out from its first bytes what a file is that no demuxer reads. */
export async function findFileKind(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<FileKind | undefined> {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", DISC_NAME_AT, DISC_NAME_AT + 5) === "CD001") return "disc-image";
  const text = head.toString("latin1", 0, 2048).replace(/^\xef\xbb\xbf/, "");
  return STARTS.find(([, start]) => start.test(text))?.[0];
}
