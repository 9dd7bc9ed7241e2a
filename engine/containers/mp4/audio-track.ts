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
  /** The sample descriptions. `format` is the first one's. */
  entries: readonly SampleEntry[];
  /** The channel of a stereo recording that the track holds, if the file says so. */
  side: Side | undefined;
  isEncrypted: boolean;
  isEnabled: boolean;
  /** Whether the movie box itself lists samples of the track. */
  hasSamples: boolean;
  /** Whether the samples are in another file, as in a reference movie. */
  isElsewhere: boolean;
  timescale: number;
  /** Silence before the track starts on the movie's time line. */
  delaySeconds: number;
  /** The length of the samples at the start that aren't played, such as an encoder's priming. */
  primingSeconds: number;
  /** The length that plays, by the edit list. Undefined if the samples have no times. */
  durationSeconds: number | undefined;
  /**
   * Whether the duration is exact to the sample. Otherwise it is the least that should be decoded.
   */
  isExact: boolean;
  /** The total length of the gaps between samples. */
  gapSeconds: number;
  /** The most common length of a sample. */
  sampleTicks: number;
  /**
   * Whether the engine cuts off priming and padding, and hides the edit list from ffmpeg. ffmpeg
   * 5.1 drops the priming twice if a tick isn't one of the decoder's core samples (HE-AAC counted
   * at its doubled rate). In fragments it doesn't drop the priming at all.
   */
  isCutHere: boolean;
  /** The times that ffmpeg gets if the file's own table of sample times can't be right. */
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
    // The Opus decoder drops the priming.
    isCutHere:
      edits.isOneStretch && timescale > 0 && media?.isUniform === true && format !== "Opus",
    replacedTimes: media?.replaced,
  };
}

/**
 * Returns whether a data reference (§8.7.2) points to another file. It then lacks the flag for
 * "this file", and its body is more than a version, flags and an empty string.
 */
function refersElsewhere(trak: Box): boolean {
  const dref = trak.find("mdia", "minf", "dinf", "dref");
  if (!dref) return false;
  return dref
    .children(8)
    .some((reference) => reference.bodyBytes > 5 && (reference.fullFields().flags & 1) === 0);
}
