import type { FailureCode } from "../../../contract/conversion.ts";
import type { FileKind } from "../../../contract/file-kind.ts";
import { ifWellFormed, openBox, parseBoxHeader } from "../../../parsing/box.ts";
import { type ChapterSample, findChapterSamples } from "../../../parsing/chapter-track.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { EngineNote } from "../../types.ts";
import { chooseTrack, PLAYED_TRACK, type TrackChoice } from "../track-choice.ts";
import { type AdtsTrack, describeAdts } from "./adts.ts";
import { type AudioTrack, listAudioTracks } from "./audio-track.ts";
import { readExtents, type TrackExtents } from "./extents.ts";
import { type FragmentDefaults, readDefaults, readStatedSeconds } from "./fragment.ts";
import { makeBox } from "./make-box.ts";
import { findMovieEnd } from "./movie-end.ts";
import { findSampleSizes, rebuildFragmentedHead, rebuildHead } from "./one-track.ts";

/** The result of reading an MP4's index. */
export type Movie =
  | { kind: "not-mp4" }
  | { kind: "failed"; code: FailureCode; detail: string; fileKind?: FileKind }
  | { kind: "unusable-track"; code: FailureCode; detail: string; trackCount: number }
  /** An MP4 that ffmpeg reads as it is. `track` describes its audio, if its index can be read. */
  | {
      kind: "unindexed";
      track: AudioTrack | undefined;
      missingEnd?: string;
      mayHaveFragments?: boolean;
    }
  /** An MP4 in fragments, which begin at `endByte`. */
  | {
      kind: "fragmented";
      track: AudioTrack;
      trackCount: number;
      header: Buffer;
      defaults: FragmentDefaults;
      endByte: number;
      statedSeconds: number | undefined;
    }
  | {
      kind: "indexed";
      /** How the result differs from what players play, for the log. */
      note: EngineNote | undefined;
      track: AudioTrack;
      trackCount: number;
      extents: TrackExtents;
      header: Buffer;
      adts: AdtsTrack | undefined;
      chapterSamples: ChapterSample[];
    };

/** A larger movie box is left to ffmpeg. Real ones take 1 to 3 MB for each hour. */
const LARGEST_MOVIE_BYTES = 64 * 1024 * 1024;

/** How many bytes are read at once where the next box should be. */
const BOX_READ_BYTES = 64 * 1024;

/** The boxes that a file without `ftyp` may begin with. Old QuickTime files have no `ftyp`. */
const FIRST_TYPES = new Set(
  "moov mdat free skip wide pnot uuid styp moof sidx meta pdin".split(" "),
);

/**
 * The most boxes before the movie box. Each may cost a request, and only a hostile file has more.
 */
const MOST_BOXES_BEFORE_MOVIE = 512;

/**
 * Finds and reads the movie box, wherever it is, with a few small requests.
 *
 * @param choice its `number` counts all audio tracks, its `place` only tracks that have samples
 */
export async function readMovie(
  reader: RangeReader,
  signal: AbortSignal,
  choice: TrackChoice = PLAYED_TRACK,
): Promise<Movie> {
  const head = await reader.readHead(signal);
  const found = await findMovieBox(reader, head, signal);
  if (found.kind !== "movie") return found;
  try {
    // If the index contradicts itself, ffmpeg may still cope.
    return (
      ifWellFormed(() => describeMovie(found, reader.sizeBytes, choice)) ?? {
        kind: "unindexed",
        track: undefined,
      }
    );
  } finally {
    // Free the bytes now. They are 10 MB for three hours of video, and would otherwise stay until
    // garbage is collected.
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
  const seen = new Set<string>();
  let [window, windowStart] = [head, 0];
  let at = 0;
  for (let count = 0; count < MOST_BOXES_BEFORE_MOVIE && at < reader.sizeBytes; count++) {
    if (at + 16 > windowStart + window.length) {
      [window, windowStart] = [await reader.readAll(at, at + BOX_READ_BYTES, signal), at];
    }
    const offset = at - windowStart;
    const header = parseBoxHeader(window, offset);
    if (!header) break;
    const { type, headerBytes } = header;
    // After `ftyp` any well-named box is fine, even an unknown one.
    const isExpected = seen.has("ftyp") ? /^[\x20-\x7e©]{4}$/.test(type) : FIRST_TYPES.has(type);
    if (!isExpected && type !== "ftyp") break;
    const sizeBytes = header.sizeBytes === 0 ? reader.sizeBytes - at : header.sizeBytes;
    if (sizeBytes < headerBytes) break;
    seen.add(type);
    if (type === "ftyp" && sizeBytes <= 256 && offset + sizeBytes <= window.length) {
      ftyp = Buffer.from(window.subarray(offset, offset + sizeBytes));
    }
    if (type === "moov") {
      const isCut = at + sizeBytes > reader.sizeBytes;
      const endByte = isCut ? await findMovieEnd(reader, at + headerBytes, signal) : at + sizeBytes;
      if (endByte === undefined) return failed("truncated", MOVIE_IS_MISSING);
      const movieBytes = endByte - at;
      if (movieBytes > LARGEST_MOVIE_BYTES || headerBytes !== 8) {
        return { kind: "unindexed", track: undefined };
      }
      const moov = Buffer.allocUnsafeSlow(movieBytes);
      const copied = window.copy(moov, 0, offset, offset + movieBytes);
      await reader.readInto(moov.subarray(copied), at + copied, signal);
      return { kind: "movie", moov, ftyp, endByte };
    }
    at += sizeBytes;
  }
  return nameWithoutMovie(seen, at === reader.sizeBytes);
}

const MOVIE_IS_MISSING = "the file ends before its movie box";

const failed = (
  code: FailureCode,
  detail: string,
  fileKind?: FileKind,
): Extract<Movie, { kind: "failed" }> => ({
  kind: "failed",
  code,
  detail,
  ...(fileKind && { fileKind }),
});

/** Returns the byte at which the last sample ends. */
function findEnd({ count, starts, sizes }: TrackExtents): number {
  return count === 0 ? 0 : (starts[count - 1] as number) + (sizes[count - 1] as number);
}

/** Finds the track with the other channel, if this track is one channel of a stereo recording. */
const findOtherSide = (tracks: readonly AudioTrack[], { side, format }: AudioTrack) =>
  side && tracks.find((other) => other.side && other.side !== side && other.format === format);

/** Says what a file without a movie box is, by the boxes that it has. */
function nameWithoutMovie(seen: ReadonlySet<string>, isWhole: boolean): Found {
  if (seen.has("moof")) return failed("not-media", "a segment without its header", "segment");
  // A photo (HEIC, AVIF) has its index in `meta` (ISO/IEC 23008-12).
  if (isWhole && seen.has("ftyp") && seen.has("meta")) {
    return failed("no-audio-track", "a photo", "photo");
  }
  if (seen.has("odrm")) return failed("encrypted", "OMA DRM");
  return seen.has("ftyp") ? failed("truncated", MOVIE_IS_MISSING) : { kind: "not-mp4" };
}

function describeMovie(
  { moov: bytes, ftyp, endByte }: Extract<Found, { kind: "movie" }>,
  sizeBytes: number,
  choice: TrackChoice,
): Movie {
  const moov = openBox(bytes, "moov");
  const mayHaveFragments = moov.find("mvex") !== undefined;
  const allTracks = listAudioTracks(moov);
  const tracks = allTracks.filter(({ hasSamples }) => hasSamples || mayHaveFragments);
  const choosable = "number" in choice ? allTracks : tracks;
  const trackCount = choosable.length;
  const isEnabled = (candidate: AudioTrack) => candidate.isEnabled;
  const played = chooseTrack(allTracks, PLAYED_TRACK, isEnabled);
  const track = chooseTrack(choosable, choice, isEnabled);
  if (!played) return failed("no-audio-track", "no audio track");
  if (!track) {
    return "number" in choice
      ? failed("no-such-track", `audio track ${choice.number} of ${trackCount}`)
      : failed("no-audio-track", "no audio track has samples");
  }
  const unusable = (code: FailureCode, detail: string) =>
    ({ kind: "unusable-track", code, detail, trackCount }) as const;
  if (!tracks.includes(track)) return unusable("no-audio-track", "the track has no samples");
  if (track.isEncrypted) return unusable("encrypted", `sample entry ${track.format}`);
  if (track.timescale === 0) return unusable("damaged", "the track has no clock");
  if (track.isElsewhere) return unusable("not-media", "the audio is in another file");
  const rightNumber = "number" in choice ? choice.rightNumber : undefined;
  const right = rightNumber === undefined ? undefined : allTracks[rightNumber - 1];
  if (rightNumber !== undefined && !right) {
    return failed("no-such-track", `audio track ${rightNumber} of ${trackCount}`);
  }
  if (right && mayHaveFragments) return { kind: "unindexed", track, mayHaveFragments };
  // A file may have both `mvex` and an index. Some writers leave `mvex` in when they finish a file,
  // and others index only the first samples.
  if (mayHaveFragments && track.hasSamples) {
    return { kind: "unindexed", track, mayHaveFragments };
  }
  if (mayHaveFragments) {
    return {
      kind: "fragmented",
      track,
      trackCount,
      header: rebuildFragmentedHead(ftyp, moov, track),
      defaults: readDefaults(moov, track.trackId),
      endByte,
      statedSeconds: readStatedSeconds(moov),
    };
  }
  const extents = readExtents(track);
  if (!extents) return { kind: "unindexed", track };
  // ffmpeg joins both channels, so it has to see both tracks.
  const other = "number" in choice ? right : findOtherSide(tracks, track);
  const others = other && readExtents(other);
  const end = Math.max(findEnd(extents), others ? findEnd(others) : 0);
  if (end > sizeBytes) {
    return { kind: "unindexed", track, missingEnd: `the audio ends at byte ${end}` };
  }
  if (other) return { kind: "unindexed", track };
  const header = rebuildHead(ftyp, moov, track, extents.runs, extents.totalBytes);
  return {
    kind: "indexed",
    note:
      "number" in choice || tracks.includes(played)
        ? undefined
        : { code: "another-track", detail: "the first has no samples" },
    track,
    trackCount,
    extents,
    header,
    adts: describeAdts(track, findSampleSizes(header)),
    chapterSamples: findChapterSamples(moov),
  };
}
