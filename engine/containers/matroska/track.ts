import { type Element, listElements, readElement } from "../../../parsing/element.ts";
import {
  CODEC_DELAY,
  TRACK_ENTRY,
  TRACK_NUMBER,
  TRACK_TYPE,
} from "../../../parsing/matroska-ids.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { SourceReader } from "../../types.ts";
import { chooseTrack, PLAYED_TRACK, type TrackChoice } from "../track-choice.ts";
import { readSegmentHead } from "./segment-head.ts";

/** The facts in Matroska (RFC 9559) about the audio to convert. */
export interface MatroskaTrack {
  number: number;
  isEncrypted: boolean;
  /** The decoded audio before the first sample that is played. */
  delaySeconds: number;
  /** The length of a tick. */
  tickSeconds: number;
  /** Whether the header states the recording's length. */
  hasDuration: boolean;
  /** The file with its tracks before the audio, if ffmpeg wouldn't find them otherwise. */
  media: SourceReader | undefined;
}

const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const FLAG_DEFAULT = 0x88;
const CODEC_ID = 0x86;
const CONTENT_ENCODINGS = 0x6d80;
const CONTENT_ENCODING = 0x6240;
const CONTENT_ENCRYPTION = 0x5035;

const AUDIO = 2;

/** Decoders that drop their own priming. */
const SELF_TRIMMING_CODECS = new Set(["A_OPUS", "A_VORBIS"]);

/**
 * Reads the header's facts about the chosen audio track.
 *
 * @returns undefined if this isn't Matroska, or there is no such track
 */
export async function readMatroskaTrack(
  reader: RangeReader,
  signal: AbortSignal,
  choice: TrackChoice = PLAYED_TRACK,
): Promise<MatroskaTrack | undefined> {
  const head = await readSegmentHead(reader, signal);
  if (!head) return undefined;
  const audio = [...listElements(head.tracks)].filter(isReadableAudio);
  const isDefault = (track: Element) => readField(track, FLAG_DEFAULT, 1) !== 0;
  const entry = chooseTrack(audio, choice, isDefault);
  if (!entry) return undefined;
  const codecId = readCodecId(entry);
  const encryption = entry.find(CONTENT_ENCODINGS, CONTENT_ENCODING, CONTENT_ENCRYPTION);
  return {
    number: readField(entry, TRACK_NUMBER),
    isEncrypted: encryption !== undefined,
    delaySeconds: SELF_TRIMMING_CODECS.has(codecId) ? 0 : readField(entry, CODEC_DELAY) / 1e9,
    ...readTimes(head.info),
    media: head.media,
  };
}

/**
 * Reads the element with times. If it is missing, claims a stated length, so that nothing is
 * searched for.
 */
function readTimes(bytes: Buffer | undefined) {
  const info = bytes && readElement(bytes, 0);
  if (!info) return { tickSeconds: 0.001, hasDuration: true };
  return {
    tickSeconds: readField(info, TIMESTAMP_SCALE, 1e6) / 1e9,
    hasDuration: info.find(DURATION) !== undefined,
  };
}

const readCodecId = (entry: Element): string =>
  Buffer.from(entry.find(CODEC_ID)?.body ?? []).toString("latin1");

/** Returns whether ffmpeg sees an audio track. It ignores tracks without an audio codec's name. */
const isReadableAudio = (entry: Element): boolean =>
  entry.id === TRACK_ENTRY &&
  readField(entry, TRACK_TYPE) === AUDIO &&
  readCodecId(entry).startsWith("A");

const readField = (entry: Element, id: number, otherwise = 0): number =>
  entry.find(id)?.number() ?? otherwise;

const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const DISCARD_PADDING = 0x75a2;

/** Real groups have up to six children. Hostile files have thousands, wherever a group may begin. */
const MOST_CHILDREN = 16;

/** Enough for the last blocks of audio and what follows them: pictures, seek points, tags. */
const TAIL_BYTES = 512 * 1024;

/**
 * Reads how many seconds the track's last block drops from its end. Searches backwards for a group of
 * elements that fit each other exactly.
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
    // Track numbers up to 127 take one byte.
    if (!block || !isWhole || tail[block.bodyStart] !== (track.number | 0x80)) continue;
    const discard = children.find(({ id }) => id === DISCARD_PADDING);
    return discard ? Math.max(0, discard.number(true) / 1e9) : 0;
  }
  return 0;
}
