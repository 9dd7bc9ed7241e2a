import { type Box, MalformedBox } from "../../../parsing/box.ts";
import { readClock, readHandler, readTrackHeader } from "../../../parsing/movie-boxes.ts";
import type { Side } from "../../ffmpeg/stereo-pair.ts";
import { findPresented, readEdits } from "./edits.ts";
import { readTimes, type UniformTimes } from "./read-times.ts";
import { readSampleEntries, type SampleEntry } from "./sample-entry.ts";
import { LONGEST_NAME_BYTES, readSide } from "./track-side.ts";

export interface AudioTrack {
  trak: Box;
  trackId: number;
  format: string;
  /** The sample descriptions; the first one has the format. */
  entries: readonly SampleEntry[];
  /** Which channel of a stereo recording it is, where it says so. */
  side: Side | undefined;
  isEncrypted: boolean;
  isEnabled: boolean;
  /** Whether the movie box has samples of it, and not only fragments. */
  hasSamples: boolean;
  /** Whether the samples are in another file, which a reference movie names. */
  isElsewhere: boolean;
  timescale: number;
  /** Silence before the track starts on the movie's time line. */
  delaySeconds: number;
  /** Samples at the start that are not presented, such as an encoder's priming, in seconds. */
  primingSeconds: number;
  /**
   * What the track presents according to its edit list; undefined if its samples have no times.
   */
  durationSeconds: number | undefined;
  /** Whether the duration is right to the sample, and not an estimate of what is decoded at least. */
  isExact: boolean;
  /** Gaps between its samples, in seconds. */
  gapSeconds: number;
  /** The length of most samples, if not of all. */
  sampleTicks: number;
  /**
   * Whether the engine cuts off priming and padding itself, so that ffmpeg never sees them. ffmpeg
   * 5.1 drops the priming twice where ticks aren't the decoder's core samples (HE-AAC counted by
   * its doubled rate), and not at all in fragments.
   */
  isCutHere: boolean;
  /** What ffmpeg gets in place of a table of sample times that can't be true. */
  replacedTimes: UniformTimes | undefined;
}

/** Lists the audio tracks of a movie box. */
export function listAudioTracks(moov: Box): AudioTrack[] {
  const boxes = moov.children();
  const mvhd = boxes.find((box) => box.type === "mvhd");
  if (!mvhd) throw new MalformedBox("no mvhd");
  const { timescale } = readClock(mvhd);
  return boxes
    .filter((box) => box.type === "trak")
    .flatMap((trak) => {
      const handler = readHandler(trak, LONGEST_NAME_BYTES);
      return handler?.type === "soun" ? [parseAudioTrack(moov, trak, handler.name, timescale)] : [];
    });
}

function parseAudioTrack(
  moov: Box,
  trak: Box,
  handlerName: string,
  movieTimescale: number,
): AudioTrack {
  const mdhd = trak.find("mdia", "mdhd");
  const table = trak.find("mdia", "minf", "stbl");
  const stsd = table?.find("stsd");
  if (!mdhd || !stsd) throw new MalformedBox("a track lacks its headers");
  const entries = readSampleEntries(stsd);
  const [entry] = entries;
  if (!entry) throw new MalformedBox("a track without sample description");
  const { format } = entry;
  const clock = readClock(mdhd);
  const { timescale } = clock;
  const media = readTimes(table, clock);
  const edits = readEdits(trak, movieTimescale, timescale, media?.ticks ?? 0);
  const presented = media && findPresented(moov, media.ticks, edits);
  return {
    trak,
    ...readTrackHeader(trak),
    format,
    entries,
    side: readSide(entries, handlerName),
    // Common encryption (ISO/IEC 23001-7), Apple's FairPlay and Audible rename the sample entry.
    isEncrypted: ["enca", "drms", "aavd"].includes(format),
    hasSamples: (media?.samples ?? 0) > 0,
    isElsewhere: refersElsewhere(trak),
    timescale,
    delaySeconds: edits.delaySeconds,
    primingSeconds: presented && timescale > 0 ? presented.primingTicks / timescale : 0,
    durationSeconds: presented && timescale > 0 ? presented.ticks / timescale : undefined,
    isExact: media?.isUniform === true && edits.isOneStretch,
    gapSeconds: media && timescale > 0 ? media.gapTicks / timescale : 0,
    sampleTicks: media?.sampleTicks ?? 0,
    // Opus's decoder drops its own priming.
    isCutHere:
      edits.isOneStretch && timescale > 0 && media?.isUniform === true && format !== "Opus",
    replacedTimes: media?.replaced,
  };
}

/**
 * Whether a track's data references (§8.7.2) lead out of the file: one without the flag for "here" that
 * has more than a version, flags and an empty string.
 */
function refersElsewhere(trak: Box): boolean {
  const dref = trak.find("mdia", "minf", "dinf", "dref");
  if (!dref) return false;
  return dref
    .children(8)
    .some((reference) => reference.bodyBytes > 5 && (reference.fullFields().flags & 1) === 0);
}
