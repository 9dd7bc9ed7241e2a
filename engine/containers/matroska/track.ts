import type { RangeReader } from "../../reading/range-reader.ts";
import { chooseTrack, PLAYED_TRACK, type TrackChoice } from "../track-choice.ts";
import { type Element, findElement, listElements, readElement, readNumber } from "./ebml.ts";

/** What Matroska (RFC 9559) says about the audio that is converted. */
export interface MatroskaTrack {
  number: number;
  isEncrypted: boolean;
  /** Decoded audio before the first sample that is presented, in seconds. */
  delaySeconds: number;
  /** A tick of the recording, in seconds. */
  tickSeconds: number;
  /** Whether the header says how long the recording is. */
  hasDuration: boolean;
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const INFO = 0x1549a966;
const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const FLAG_DEFAULT = 0x88;
const CODEC_ID = 0x86;
const CODEC_DELAY = 0x56aa;
const CONTENT_ENCODINGS = 0x6d80;
const CONTENT_ENCODING = 0x6240;
const CONTENT_ENCRYPTION = 0x5035;

const AUDIO = 2;

/** Decoders that drop their own priming. */
const SELF_TRIMMING_CODECS = new Set(["A_OPUS", "A_VORBIS"]);

/** Elements before the tracks; more means that the file is hostile. */
const MOST_ELEMENTS = 64;

/** Real ones take some kilobytes. */
const LARGEST_TRACKS_BYTES = 1024 * 1024;

/**
 * Reads what the header says about the chosen audio track. Returns undefined where this is no Matroska,
 * its tracks don't come first, or there is no such track.
 */
export async function readMatroskaTrack(
  reader: RangeReader,
  signal: AbortSignal,
  choice: TrackChoice = PLAYED_TRACK,
): Promise<MatroskaTrack | undefined> {
  const found = await readTracks(reader, signal);
  if (!found) return undefined;
  const { bytes, ...times } = found;
  const audio = [...listElements(bytes, 0, bytes.length)]
    .filter(({ id }) => id === TRACK_ENTRY)
    .filter((entry) => readField(bytes, entry, TRACK_TYPE, 0) === AUDIO);
  const isDefault = (track: Element) => readField(bytes, track, FLAG_DEFAULT, 1) !== 0;
  const entry = chooseTrack(audio, choice, isDefault);
  if (!entry) return undefined;
  const codec = findElement(bytes, entry, CODEC_ID);
  const codecId = codec && bytes.toString("latin1", codec.bodyStart, codec.end);
  const encodings = findElement(bytes, entry, CONTENT_ENCODINGS);
  return {
    number: readField(bytes, entry, TRACK_NUMBER, 0),
    isEncrypted:
      encodings !== undefined &&
      findElement(bytes, encodings, CONTENT_ENCODING, CONTENT_ENCRYPTION) !== undefined,
    delaySeconds: SELF_TRIMMING_CODECS.has(codecId ?? "")
      ? 0
      : readField(bytes, entry, CODEC_DELAY, 0) / 1e9,
    ...times,
  };
}

function readField(bytes: Buffer, entry: Element, id: number, otherwise: number): number {
  const element = findElement(bytes, entry, id);
  return element ? readNumber(bytes, element) : otherwise;
}

type Tracks = Pick<MatroskaTrack, "tickSeconds" | "hasDuration"> & { bytes: Buffer };

/** The body of the tracks' element, and what comes before it about times. */
async function readTracks(reader: RangeReader, signal: AbortSignal): Promise<Tracks | undefined> {
  const head = await reader.readHead(signal);
  if (head.length < 64 || head.readUInt32BE(0) !== 0x1a45dfa3) return undefined;
  const ebml = readElement(head, 0);
  if (!ebml || ebml.end + 12 > head.length || head.readUInt32BE(ebml.end) !== SEGMENT) {
    return undefined;
  }
  // The segment's size, which may be unknown, has its length in its first byte.
  let at = ebml.end + 4 + Math.clz32(head[ebml.end + 4] ?? 0) - 23;
  // Without the element nothing is known, and nothing has to be looked for.
  let times = { tickSeconds: 0.001, hasDuration: true };
  for (let count = 0; count < MOST_ELEMENTS && at < reader.sizeBytes; count++) {
    const inHead = at + 12 <= head.length;
    const bytes = inHead ? head : await reader.readAll(at, at + 12, signal);
    const base = inHead ? 0 : at;
    const element = readElement(bytes, at - base);
    if (!element || element.id === CLUSTER) return undefined;
    const start = base + element.bodyStart;
    const end = base + element.end;
    if (element.id === INFO && end <= head.length) {
      times = {
        tickSeconds: readField(head, element, TIMESTAMP_SCALE, 1e6) / 1e9,
        hasDuration: findElement(head, element, DURATION) !== undefined,
      };
    }
    if (element.id === TRACKS) {
      if (end - start > LARGEST_TRACKS_BYTES) return undefined;
      const isNear = end <= head.length;
      const body = isNear ? head.subarray(start, end) : await reader.readAll(start, end, signal);
      return { ...times, bytes: body };
    }
    at = end;
  }
  return undefined;
}

const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const DISCARD_PADDING = 0x75a2;

/** Real groups have up to six; hostile files have thousands, at every place where one may begin. */
const MOST_CHILDREN = 16;

/** The last blocks of the audio, and what comes after them: pictures, seek points, tags. */
const TAIL_BYTES = 512 * 1024;

/**
 * Reads how much the track's last block says to drop from its end, in seconds. Looks backwards for
 * a group of elements that fit each other exactly.
 *
 * @returns 0 if there is none.
 */
export async function readDiscardSeconds(
  reader: RangeReader,
  track: MatroskaTrack,
  signal: AbortSignal,
): Promise<number> {
  const size = reader.sizeBytes;
  const tail = await reader.readAll(Math.max(0, size - TAIL_BYTES), size, signal);
  for (let at = tail.length; at > 0; ) {
    at = tail.lastIndexOf(BLOCK_GROUP, at - 1);
    if (at < 0) break;
    const group = readElement(tail, at);
    if (!group || group.id !== BLOCK_GROUP || group.end > tail.length) continue;
    const children = [...listElements(tail, group.bodyStart, group.end).take(MOST_CHILDREN)];
    const block = children.find(({ id }) => id === BLOCK);
    const isWhole = children.at(-1)?.end === group.end;
    // Up to track 127 the number takes a byte.
    if (!block || !isWhole || tail[block.bodyStart] !== (track.number | 0x80)) continue;
    const discard = children.find(({ id }) => id === DISCARD_PADDING);
    return discard ? Math.max(0, readNumber(tail, discard, true) / 1e9) : 0;
  }
  return 0;
}
