import { parseFrameHeader } from "../../mp3/frame.ts";
import { findInfoTag } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { Piece } from "../spliced-source.ts";
import { measureTag, readId3Size, TAG_HEADER_BYTES } from "./tags.ts";

/** Where an MP3's frames begin. */
export interface Mp3Start {
  frameByte: number;
  /**
   * The file for ffmpeg, if it must differ. Its ID3v2 tag has a size that every reader understands.
   * The junk before the first frame is left out, because it would cost ffmpeg many requests.
   */
  pieces: Piece[] | undefined;
}

/** How many frames in a row show that a file is an MP3. */
const FRAMES_IN_A_ROW = 4;

/** How far after the tags the first frame is searched for. */
const SEARCHED_BYTES = 512 * 1024;

/** The most tags before the frames. */
const MOST_TAGS = 16;

/**
 * Containers that may have MP3 frames in them. They begin with a name, or with a box's size and
 * name.
 */
const OTHER_STARTS = "RIFF RF64 RIFX riff FORM OggS fLaC FLV caff wvpk .snd #!AMR .RMF".split(" ");
const OTHER_NAMES = "ftyp moov mdat free skip wide styp moof".split(" ");

/** The first four bytes of EBML, ASF, and program streams. */
const OTHER_NUMBERS = [0x1a45dfa3, 0x3026b275, 0x000001ba];

const TRANSPORT_PACKET_BYTES = 188;

function isOtherContainer(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  const text = bytes.toString("latin1", 0, 8);
  return (
    OTHER_STARTS.some((start) => text.startsWith(start)) ||
    OTHER_NAMES.includes(text.slice(4)) ||
    OTHER_NUMBERS.includes(bytes.readUInt32BE(0)) ||
    (bytes[0] === 0x47 && bytes[TRANSPORT_PACKET_BYTES] === 0x47)
  );
}

/** Finds an MP3's first frame. Returns undefined if this isn't a plain MP3. */
export async function findFirstFrame(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<Mp3Start | undefined> {
  const head = await reader.readHead(signal);
  let at = 0;
  let tag: { header: Buffer; endByte: number; isChanged: boolean } | undefined;
  for (let count = 0; count < MOST_TAGS; count++) {
    const bytes = await readFrom(reader, head, at, TAG_HEADER_BYTES, signal);
    const sizeBytes = measureTag(bytes, 0);
    if (sizeBytes === 0) break;
    if (at === 0 && bytes.toString("latin1", 0, 3) === "ID3") {
      const header = writeId3Size(bytes.subarray(0, 10));
      tag = { header, endByte: sizeBytes, isChanged: !bytes.subarray(0, 10).equals(header) };
    }
    at += sizeBytes;
  }
  const near = await readFrom(reader, head, at, head.length, signal);
  if (isOtherContainer(near)) return undefined;
  const found = findRun(near) ?? findRun(await readFrom(reader, head, at, SEARCHED_BYTES, signal));
  if (found === undefined) return undefined;
  const frameByte = at + found;
  if (found === 0 && !tag?.isChanged) return { frameByte, pieces: undefined };
  const audio: Piece = [frameByte, reader.sizeBytes];
  const pieces = tag ? [tag.header, [tag.header.length, tag.endByte] as Piece, audio] : [audio];
  return { frameByte, pieces };
}

async function readFrom(
  reader: RangeReader,
  head: Buffer,
  at: number,
  bytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const end = Math.min(reader.sizeBytes, at + bytes);
  return end <= head.length ? head.subarray(at, end) : await reader.readAll(at, end, signal);
}

function writeId3Size(header: Buffer): Buffer {
  const size = readId3Size(header, 6);
  const copy = Buffer.from(header);
  for (let index = 0; index < 4; index++) copy[9 - index] = (size >> (7 * index)) & 0x7f;
  return copy;
}

/** Finds the first frame that is followed by more frames of its kind, a tag or the end. */
function findRun(bytes: Buffer): number | undefined {
  for (let start = bytes.indexOf(0xff); start >= 0; start = bytes.indexOf(0xff, start + 1)) {
    const first = parseFrameHeader(bytes, start);
    // An Info tag is proof enough. The frames after it may be damaged.
    if (first && findInfoTag(bytes.subarray(start), first) !== undefined) return start;
    let at = start;
    for (let count = 0; ; count++) {
      if (first && count === FRAMES_IN_A_ROW) return start;
      // Fewer frames count only at the start. Elsewhere they may match by chance.
      const mayBeFew = first && count > 0 && start === 0;
      if (mayBeFew && (at === bytes.length || measureTag(bytes, at) > 0)) return start;
      const header = parseFrameHeader(bytes, at);
      if (header?.version !== first?.version || header?.sampleRate !== first?.sampleRate) break;
      if (!header) break;
      at += header.sizeBytes;
    }
  }
  return undefined;
}
