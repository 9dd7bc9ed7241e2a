import type { FailureCode } from "../../../../contract/conversion.ts";
import type { RangeReader } from "../range-reader.ts";
import { type AdtsTrack, describeAdts } from "./adts.ts";
import { type AudioTrack, listAudioTracks } from "./audio-track.ts";
import { ifWellFormed, listBoxes, makeBox, parseBoxHeader } from "./box.ts";
import { type ChapterSample, findChapterSamples } from "./chapter-track.ts";
import { type Extents, readExtents } from "./extents.ts";
import { type FragmentDefaults, readDefaults, readStatedSeconds, readTrackId } from "./fragment.ts";
import { findSampleSizes, rebuildFragmentedHead, rebuildHead } from "./one-track.ts";

/** A movie's index and what it says of the audio. */
export type Movie =
  | { kind: "not-mp4" }
  | { kind: "failed"; code: FailureCode; detail: string }
  /** An MP4 that ffmpeg reads by itself. */
  | { kind: "unindexed" }
  /** The index is spread over the file; the fragments begin at `endByte`. */
  | {
      kind: "fragmented";
      track: AudioTrack;
      header: Buffer;
      defaults: FragmentDefaults;
      endByte: number;
      statedSeconds: number | undefined;
    }
  | {
      kind: "indexed";
      track: AudioTrack;
      extents: Extents;
      header: Buffer;
      adts: AdtsTrack | undefined;
      chapterSamples: ChapterSample[];
    };

/** Movie boxes of real files: 1 to 3 MB an hour. A larger one is left to ffmpeg. */
const LARGEST_MOVIE_BYTES = 64 * 1024 * 1024;

/** Read at once where the next box is expected. */
const BOX_READ_BYTES = 64 * 1024;

const TOP_LEVEL_TYPES = new Set(
  "ftyp moov mdat free skip wide pnot uuid styp moof sidx meta pdin".split(" "),
);

/** Boxes before the movie box; more means that the file is no MP4 or hostile. */
const MOST_BOXES_BEFORE_MOVIE = 64;

/** Finds and reads the movie box, wherever it lies, by a few small requests. */
export async function readMovie(reader: RangeReader, signal: AbortSignal): Promise<Movie> {
  const head = await reader.readHead(signal);
  const found = await findMovieBox(reader, head, signal);
  if (found.kind !== "movie") return found;
  try {
    // Where the index contradicts itself ffmpeg may still cope.
    return ifWellFormed(() => describeMovie(found, reader.sizeBytes)) ?? { kind: "unindexed" };
  } finally {
    // Given back now: 10 MB for three hours of film would stay until garbage is collected.
    found.moov.buffer.transfer(0);
  }
}

type Found =
  | Extract<Movie, { kind: "not-mp4" | "failed" | "unindexed" }>
  | { kind: "movie"; moov: Buffer<ArrayBuffer>; ftyp: Buffer; endByte: number };

async function findMovieBox(
  reader: RangeReader,
  head: Buffer,
  signal: AbortSignal,
): Promise<Found> {
  let ftyp: Buffer = makeBox("ftyp", Buffer.from("isom\0\0\x02\0isomiso2mp41", "latin1"));
  let sawFileType = false;
  let at = 0;
  for (let count = 0; count < MOST_BOXES_BEFORE_MOVIE && at < reader.sizeBytes; count++) {
    const inHead = at + 16 <= head.length;
    const bytes = inHead ? head : await reader.readAll(at, at + BOX_READ_BYTES, signal);
    const offset = inHead ? at : 0;
    const header = parseBoxHeader(bytes, offset);
    if (!header) break;
    const { type, headerBytes } = header;
    if (!TOP_LEVEL_TYPES.has(type)) return sawFileType ? truncated() : { kind: "not-mp4" };
    const sizeBytes = header.sizeBytes === 0 ? reader.sizeBytes - at : header.sizeBytes;
    if (sizeBytes < headerBytes) return { kind: "not-mp4" };
    if (type === "ftyp") {
      sawFileType = true;
      if (sizeBytes <= 256 && offset + sizeBytes <= bytes.length) {
        ftyp = Buffer.from(bytes.subarray(offset, offset + sizeBytes));
      }
    }
    if (type === "moov") {
      if (at + sizeBytes > reader.sizeBytes) return truncated();
      if (sizeBytes > LARGEST_MOVIE_BYTES || headerBytes !== 8) {
        return { kind: "unindexed" };
      }
      const moov = Buffer.allocUnsafeSlow(sizeBytes);
      const copied = bytes.copy(moov, 0, offset, offset + sizeBytes);
      await reader.readInto(moov.subarray(copied), at + copied, signal);
      return { kind: "movie", moov, ftyp, endByte: at + sizeBytes };
    }
    at += sizeBytes;
  }
  return sawFileType ? truncated() : { kind: "not-mp4" };
}

const truncated = (): Found => ({
  kind: "failed",
  code: "truncated",
  detail: "the file ends before its movie box",
});

function describeMovie(
  { moov, ftyp, endByte }: Extract<Found, { kind: "movie" }>,
  sizeBytes: number,
): Movie {
  const tracks = listAudioTracks(moov);
  const track = tracks.find(({ isEnabled }) => isEnabled) ?? tracks[0];
  if (!track) return { kind: "failed", code: "no-audio-track", detail: "no sound track" };
  if (track.isEncrypted) {
    return { kind: "failed", code: "encrypted", detail: `sample entry ${track.format}` };
  }
  if (track.isElsewhere) {
    return { kind: "failed", code: "not-media", detail: "the audio lies in another file" };
  }
  if (listBoxes(moov, 8, moov.length).some(({ type }) => type === "mvex")) {
    return {
      kind: "fragmented",
      track,
      header: rebuildFragmentedHead(ftyp, moov, track),
      defaults: readDefaults(moov, readTrackId(moov, track.trak)),
      endByte,
      statedSeconds: readStatedSeconds(moov),
    };
  }
  const extents = readExtents(moov, track);
  if (!extents) return { kind: "unindexed" };
  const last = extents.count - 1;
  const end = last < 0 ? 0 : (extents.starts[last] as number) + (extents.sizes[last] as number);
  if (end > sizeBytes) {
    return { kind: "failed", code: "truncated", detail: `the sound ends at byte ${end}` };
  }
  const header = rebuildHead(ftyp, moov, track, extents.runs, extents.totalBytes);
  return {
    kind: "indexed",
    track,
    extents,
    header,
    adts: describeAdts(moov, track, findSampleSizes(header)),
    chapterSamples: findChapterSamples(moov),
  };
}
