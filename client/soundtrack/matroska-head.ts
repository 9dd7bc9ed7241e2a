import type { ChapterMark } from "../../contract/conversion.ts";
import { type Element, findSegment } from "../../parsing/element.ts";
import {
  CODEC_DELAY,
  INFO,
  TRACK_ENTRY,
  TRACK_NUMBER,
  TRACK_TYPE,
  TRACKS,
} from "../../parsing/matroska-ids.ts";
import { readMatroskaChapters } from "./chapters.ts";
import type { Readable } from "./coalesce-reads.ts";

/** https://www.rfc-editor.org/rfc/rfc9559#section-5.1 */
const TITLE = 0x7ba9;

const AUDIO = 2;

/** The start of the file, where muxers put Info and Tracks. What comes later isn't found. */
const HEAD_BYTES = 256 * 1024;

export interface MatroskaHead {
  title: string | undefined;
  /** The numbers of the audio tracks, in the file's order. */
  audioTrackNumbers: readonly number[];
  /** By track number: how much audio to drop before the first sample that should be heard. */
  codecDelaySeconds: ReadonlyMap<number, number>;
  chapters: readonly ChapterMark[];
}

/**
 * Reads what mediabunny doesn't report about a Matroska or WebM file.
 *
 * @returns undefined for any other file.
 */
export async function readMatroskaHead(source: Readable): Promise<MatroskaHead | undefined> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const segment = findSegment(head);
  if (!segment) return undefined;
  const tracks = [...(segment.find(TRACKS)?.children() ?? [])].filter(
    ({ id }) => id === TRACK_ENTRY,
  );
  return {
    title:
      new TextDecoder().decode(segment.find(INFO, TITLE)?.body).replace(/\0+$/, "") || undefined,
    audioTrackNumbers: tracks
      .filter((track) => readField(track, TRACK_TYPE) === AUDIO)
      .map((track) => readField(track, TRACK_NUMBER)),
    chapters: readMatroskaChapters(segment),
    codecDelaySeconds: new Map(
      tracks.map((track) => [readField(track, TRACK_NUMBER), readField(track, CODEC_DELAY) / 1e9]),
    ),
  };
}

const readField = (track: Element, id: number): number => track.find(id)?.number() ?? 0;
