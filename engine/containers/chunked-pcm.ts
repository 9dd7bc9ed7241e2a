import type { RangeReader } from "../reading/range-reader.ts";
import { completeRf64 } from "./pcm-end.ts";
import { PlainFile } from "./plain-file.ts";
import { type Piece, SplicedSource } from "./spliced-source.ts";
import type { TrackChoice } from "./track-choice.ts";

/** How far the size fields of a WAV or AIFF file can be trusted. */
export interface ChunkedPcm {
  /** What is missing at the end, in words for the log. */
  missingEnd: string | undefined;
  /** The start of the file with the true sizes, if its own are wrong. */
  head: Buffer | undefined;
}

interface Format {
  isBigEndian: boolean;
  /** The chunk with the samples, and how many of its bytes come before them. */
  samplesChunk: string;
  leadBytes: number;
}

const WAV: Format = { isBigEndian: false, samplesChunk: "data", leadBytes: 0 };
const AIFF: Format = { isBigEndian: true, samplesChunk: "SSND", leadBytes: 8 };

/** The samples of real files come after at most some dozens of other chunks. */
const MOST_CHUNKS = 64;

/** More than the error of writers that count the header twice or forget it. */
const TRUE_WITHIN_BYTES = 64;

/** In an AIFF's COMM chunk. */
const FRAMES_AT = 10;

/** Opens a WAV or AIFF file; where its sizes are wrong, with others. */
export async function openChunkedPcm(
  reader: RangeReader,
  _choice: TrackChoice,
  signal: AbortSignal,
): Promise<PlainFile | undefined> {
  const pcm = await readChunkedPcm(reader, signal);
  if (!pcm) return undefined;
  const { missingEnd, head } = pcm;
  if (!head) {
    const missing = missingEnd ? { detail: missingEnd, isInterrupted: false } : undefined;
    return new PlainFile(reader, { missingEnd: missing });
  }
  const pieces: Piece[] = [head, [head.length, reader.sizeBytes]];
  return new PlainFile(reader, { media: new SplicedSource(reader, pieces) });
}

/**
 * Reads the size fields of a WAV or AIFF file. Programs that write to a pipe can't go back and
 * leave a placeholder. Others are wrong by the size of the header. Above 4 GB the fields wrap.
 * @returns undefined for other files.
 */
export async function readChunkedPcm(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<ChunkedPcm | undefined> {
  const head = await reader.readHead(signal);
  const rf64 = completeRf64(head, reader.sizeBytes);
  if (rf64) return { missingEnd: undefined, head: rf64 };
  const format = findFormat(head);
  if (!format) return undefined;
  let at = 12;
  let framesAt: number | undefined;
  for (let count = 0; count < MOST_CHUNKS && at + 8 <= reader.sizeBytes; count++) {
    const isNear = at + 8 <= head.length;
    const chunk = isNear ? head.subarray(at, at + 8) : await reader.readAll(at, at + 8, signal);
    const name = chunk.toString("latin1", 0, 4);
    const bytes = format.isBigEndian ? chunk.readUInt32BE(4) : chunk.readUInt32LE(4);
    if (name === "COMM" && at + FRAMES_AT + 6 <= head.length) framesAt = at + FRAMES_AT;
    if (name === format.samplesChunk) {
      const places = { sizeAt: at + 4, framesAt, startByte: at + 8, declaredBytes: bytes };
      return judge(head, reader.sizeBytes, format, places);
    }
    at += 8 + bytes + (bytes & 1);
  }
  return undefined;
}

function findFormat(head: Buffer): Format | undefined {
  const [form, type] = [head.toString("latin1", 0, 4), head.toString("latin1", 8, 12)];
  if (form === "RIFF" && type === "WAVE") return WAV;
  return form === "FORM" && /^AIF[FC]$/.test(type) ? AIFF : undefined;
}

function judge(
  head: Buffer,
  sizeBytes: number,
  format: Format,
  places: {
    sizeAt: number;
    framesAt: number | undefined;
    startByte: number;
    declaredBytes: number;
  },
): ChunkedPcm {
  const { sizeAt, framesAt, startByte, declaredBytes } = places;
  const thereBytes = sizeBytes - startByte;
  const excessBytes = declaredBytes - thereBytes;
  const isOpen = isPlaceholder(declaredBytes) || isWrapped(declaredBytes, thereBytes);
  const isSlightlyWrong = excessBytes > 0 && excessBytes <= TRUE_WITHIN_BYTES;
  const canCorrect = sizeAt + 4 <= head.length;
  if (!canCorrect || (!isOpen && !isSlightlyWrong)) {
    const missingEnd =
      excessBytes > 0 && !isOpen ? `the file says ${startByte + declaredBytes} bytes` : undefined;
    return { missingEnd, head: undefined };
  }
  const truthful = Buffer.from(head);
  const write = (value: number, offset: number) =>
    format.isBigEndian
      ? truthful.writeUInt32BE(Math.min(value, 0xffffffff), offset)
      : truthful.writeUInt32LE(Math.min(value, 0xffffffff), offset);
  write(sizeBytes - 8, 4);
  write(thereBytes, sizeAt);
  if (framesAt !== undefined) {
    const frameBytes = Math.ceil(
      (head.readUInt16BE(framesAt - 2) * head.readUInt16BE(framesAt + 4)) / 8,
    );
    write(Math.floor((thereBytes - format.leadBytes) / Math.max(1, frameBytes)), framesAt);
  }
  return { missingEnd: undefined, head: truthful };
}

/**
 * What is written before the size is known: 0, 4 GB less a header, or 2 GB less or more a header (sox,
 * arecord). AIFF's by sox is 16 MB less.
 */
function isPlaceholder(bytes: number): boolean {
  return (
    bytes === 0 ||
    bytes >= 0xffff0000 ||
    (bytes >= 0x7fff0000 && bytes <= 0x80010000) ||
    (bytes >= 0x7f000000 && bytes <= 0x7f000100)
  );
}

const isWrapped = (declaredBytes: number, thereBytes: number): boolean =>
  thereBytes > 0xffffffff && Math.abs((thereBytes % 2 ** 32) - declaredBytes) <= TRUE_WITHIN_BYTES;
