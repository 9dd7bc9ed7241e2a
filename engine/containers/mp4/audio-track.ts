import { type Box, MalformedBox } from "../../../parsing/box.ts";
import {
  countEntries,
  listEdits,
  readClock,
  readHandler,
  readTrackHeader,
} from "../../../parsing/movie-boxes.ts";
import type { Side } from "../../ffmpeg/stereo-pair.ts";
import { readItunesGapless } from "./itunes-gapless.ts";
import { readSampleEntries, type SampleEntry } from "./sample-entry.ts";
import { SampleTimes } from "./sample-times.ts";
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
   * What the track presents according to its edit list; undefined if there are many edits or they
   * are contradictory.
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
  const { timescale } = readClock(mdhd);
  const times = readEdits(trak, movieTimescale, timescale);
  const stts = table?.find("stts");
  const media = stts && sumSampleTimes(stts);
  const presented = times && media && findPresented(moov, media.ticks, times, timescale);
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
    delaySeconds: times?.delaySeconds ?? 0,
    primingSeconds: presented && timescale > 0 ? presented.primingTicks / timescale : 0,
    durationSeconds: presented && timescale > 0 ? presented.ticks / timescale : undefined,
    isExact: media?.isUniform ?? false,
    gapSeconds: media && timescale > 0 ? media.gapTicks / timescale : 0,
    sampleTicks: media?.sampleTicks ?? 0,
    // Opus's decoder drops its own priming.
    isCutHere:
      presented !== undefined && timescale > 0 && media?.isUniform === true && format !== "Opus",
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

/** The part of a track that is presented: its edit list's, or where that cuts nothing off, iTunes'. */
function findPresented(moov: Box, total: number, edits: Edits, timescale: number) {
  const ticks = presentedTicks(total, edits, timescale);
  const gapless = ticks === total && total > 0 ? readItunesGapless(moov, total) : undefined;
  return gapless ?? { primingTicks: edits.mediaStart, ticks };
}

interface Edits {
  delaySeconds: number;
  /** First media tick that is presented. */
  mediaStart: number;
  /** Length of the one edit; undefined for "all". */
  lengthSeconds: number | undefined;
  tickSeconds: number;
}

/**
 * Reads an edit list (§8.6.6) of any empty edits and others that go on where the one before them ended;
 * undefined for lists that leave something out in the middle. An empty edit behind another is a gap.
 */
function readEdits(trak: Box, movieTimescale: number, timescale: number): Edits | undefined {
  const edits: Edits = {
    delaySeconds: 0,
    mediaStart: 0,
    lengthSeconds: undefined,
    tickSeconds: 1 / movieTimescale,
  };
  const elst = trak.find("edts", "elst");
  let mediaEdits = 0;
  for (const { ticks, mediaTime } of elst ? listEdits(elst) : []) {
    const seconds = ticks / movieTimescale;
    if (mediaTime < 0) {
      if (mediaEdits === 0) edits.delaySeconds += seconds;
    } else if (mediaEdits++ === 0) {
      edits.mediaStart = mediaTime;
      edits.lengthSeconds = seconds > 0 ? seconds : undefined;
    } else {
      if (edits.lengthSeconds === undefined) return undefined;
      const endTicks = edits.mediaStart + edits.lengthSeconds * timescale;
      if (Math.abs(mediaTime - endTicks) > edits.tickSeconds * timescale + 1) return undefined;
      edits.lengthSeconds += seconds;
    }
  }
  return edits;
}

/**
 * Adds up the samples' times. The sum is exact to the tick if all samples but the last have the
 * same length; otherwise it is what is decoded.
 */
function sumSampleTimes(stts: Box) {
  const { fields } = stts.fullFields();
  const times = new SampleTimes();
  let ticks = 0;
  let samples = 0;
  let longestRun = 0;
  let sampleTicks = 0;
  let lastTicks = 0;
  for (let left = countEntries(fields, 8); left > 0; left--) {
    const run = fields.u32();
    const delta = fields.u32();
    times.add(run, delta);
    ticks += run * delta;
    samples += run;
    if (run > 0) lastTicks = delta;
    if (run > longestRun) [longestRun, sampleTicks] = [run, delta];
  }
  const isUniform = samples - longestRun <= 1 && ticks <= samples * sampleTicks;
  const gapTicks = isUniform ? 0 : times.countGapTicks(lastTicks);
  const decodedTicks = isUniform ? ticks : times.estimateTicks();
  return { samples, ticks: decodedTicks, isUniform, gapTicks, sampleTicks };
}

/**
 * The edit's length is in the movie's coarse ticks. If it means "all", the samples are more exact.
 */
function presentedTicks(total: number, edits: Edits, timescale: number): number {
  const available = Math.max(0, total - edits.mediaStart);
  if (edits.lengthSeconds === undefined) return available;
  const asked = edits.lengthSeconds * timescale;
  const rounding = edits.tickSeconds * timescale + 1;
  return asked >= available - rounding ? available : Math.round(asked);
}
