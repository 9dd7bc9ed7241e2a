import { RangeReader } from "../reading/range-reader.ts";
import type { SourceReader } from "../types.ts";
import { measureTag, TAG_HEADER_BYTES } from "./mp3/tags.ts";

/** The first bytes of recordings. Shorter patterns would match by chance. */
const BEGINNINGS = new RegExp(
  [
    "RIFF.{4}(?:WAVEfmt |AVI LIST)",
    "(?:RF64|BW64).{4}WAVE",
    "fLaC\\x00\\x00\\x00\\x22",
    "OggS\\x00\\x02",
    "\\x1aE\\xdf\\xa3.{0,12}\\x42\\x86",
    "FORM.{4}AIF[FC]",
    "FLV\\x01.\\x00\\x00\\x00\\x09",
    "caff\\x00\\x01\\x00\\x00desc",
    "0&\\xb2u\\x8ef\\xcf\\x11",
    "#!AMR(?:-WB)?\\n",
    "\\x00\\x00\\x00.ftyp[\\w ]{4}",
    "\\.snd\\x00\\x00\\x00",
    "wvpk.{4}[\\x02-\\x10]\\x04",
  ].join("|"),
  "s",
);

/** Enough for a web server's headers, or for the start of an uploaded form. */
const SEARCHED_BYTES = 4096;

/** Where a tar archive has its name. One of its files isn't the whole archive. */
const TAR_NAME_AT = 257;

/**
 * Finds where the recording begins in a file that no demuxer reads from its first byte. It may come
 * after an ID3 tag, a byte order mark, zeros, or the headers of an upload.
 */
async function findRecordingStart(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<number | undefined> {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", TAR_NAME_AT, TAR_NAME_AT + 5) === "ustar") return undefined;
  const tagBytes = measureTag(head.subarray(0, TAG_HEADER_BYTES), 0);
  const end = Math.min(reader.sizeBytes, tagBytes + SEARCHED_BYTES);
  if (end <= tagBytes) return undefined;
  const near = await reader.readAll(tagBytes, end, signal);
  const at = near.toString("latin1").search(BEGINNINGS);
  return at >= 0 && tagBytes + at > 0 ? tagBytes + at : undefined;
}

/**
 * Returns the source from the start of its recording on, or undefined if that isn't found later in
 * it.
 */
export async function skipToRecording(
  source: SourceReader,
  signal: AbortSignal,
): Promise<SourceReader | undefined> {
  const start = await findRecordingStart(new RangeReader(source, signal), signal);
  if (start === undefined) return undefined;
  return {
    sizeBytes: source.sizeBytes - start,
    read: (from, to, ended) => source.read(start + from, start + to, ended),
  };
}
