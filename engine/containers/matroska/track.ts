import { type Element, findSegment, listElements, readElement } from "../../../parsing/element.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { chooseTrack, PLAYED_TRACK, type TrackChoice } from "../track-choice.ts";

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
  const audio = [...listElements(bytes)].filter(isReadableAudio);
  const isDefault = (track: Element) => readField(track, FLAG_DEFAULT, 1) !== 0;
  const entry = chooseTrack(audio, choice, isDefault);
  if (!entry) return undefined;
  const codecId = readCodecId(entry);
  const encryption = entry.find(CONTENT_ENCODINGS, CONTENT_ENCODING, CONTENT_ENCRYPTION);
  return {
    number: readField(entry, TRACK_NUMBER),
    isEncrypted: encryption !== undefined,
    delaySeconds: SELF_TRIMMING_CODECS.has(codecId) ? 0 : readField(entry, CODEC_DELAY) / 1e9,
    ...times,
  };
}

const readCodecId = (entry: Element): string =>
  Buffer.from(entry.find(CODEC_ID)?.body ?? []).toString("latin1");

/** ffmpeg passes over audio tracks without an audio codec's name, so they don't count here either. */
const isReadableAudio = (entry: Element): boolean =>
  entry.id === TRACK_ENTRY &&
  readField(entry, TRACK_TYPE) === AUDIO &&
  readCodecId(entry).startsWith("A");

const readField = (entry: Element, id: number, otherwise = 0): number =>
  entry.find(id)?.number() ?? otherwise;

type Tracks = Pick<MatroskaTrack, "tickSeconds" | "hasDuration"> & { bytes: Buffer };

/** The body of the tracks' element, and what comes before it about times. */
async function readTracks(reader: RangeReader, signal: AbortSignal): Promise<Tracks | undefined> {
  const head = await reader.readHead(signal);
  let at = findSegment(head)?.bodyStart ?? Infinity;
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
        tickSeconds: readField(element, TIMESTAMP_SCALE, 1e6) / 1e9,
        hasDuration: element.find(DURATION) !== undefined,
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
  const tail = await reader.readTail(TAIL_BYTES, signal);
  for (let at = tail.length; at > 0; ) {
    at = tail.lastIndexOf(BLOCK_GROUP, at - 1);
    if (at < 0) break;
    const group = readElement(tail, at);
    if (group?.id !== BLOCK_GROUP || group.end > tail.length) continue;
    const children = [...group.children().take(MOST_CHILDREN)];
    const block = children.find(({ id }) => id === BLOCK);
    const isWhole = children.at(-1)?.end === group.end;
    // Up to track 127 the number takes a byte.
    if (!block || !isWhole || tail[block.bodyStart] !== (track.number | 0x80)) continue;
    const discard = children.find(({ id }) => id === DISCARD_PADDING);
    return discard ? Math.max(0, discard.number(true) / 1e9) : 0;
  }
  return 0;
}
