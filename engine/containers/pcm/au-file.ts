import type { OpenFormat } from "../container.ts";
import { PlainFile } from "../plain-file.ts";
import { leaveOutPadding } from "../spliced-source.ts";

const SIZE_IS_UNKNOWN = [0, 0xffffffff];

/**
 * Opens an AU file, whose header (Sun's) has the offset of the samples, then their size. ffmpeg reads on to
 * the end, whatever follows.
 */
export const openAu: OpenFormat = async (reader, _choice, signal) => {
  const head = await reader.readHead(signal);
  if (!head.toString("latin1", 0, 4).startsWith(".snd") || head.length < 24) return undefined;
  const sizeBytes = head.readUInt32BE(8);
  if (SIZE_IS_UNKNOWN.includes(sizeBytes)) return new PlainFile(reader);
  const endByte = head.readUInt32BE(4) + sizeBytes;
  if (endByte <= reader.sizeBytes) {
    return new PlainFile(reader, { media: leaveOutPadding(reader, endByte) });
  }
  const missingEnd = { detail: `the file says ${endByte} bytes`, isInterrupted: false };
  return new PlainFile(reader, { missingEnd });
};
