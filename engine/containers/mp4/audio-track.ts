import { type Box, findBox, listBoxes, MalformedBox } from "./box.ts";
import { readItunesGapless } from "./itunes-gapless.ts";
import { SampleTimes } from "./sample-times.ts";

export interface AudioTrack {
  trak: Box;
  format: string;
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

/** The fields of a full box start after version and flags. */
const FLAGS_BYTES = 4;

/** Lists the audio tracks of a movie box. */
export function listAudioTracks(moov: Buffer): AudioTrack[] {
  const root: Box = { type: "moov", start: 0, bodyStart: 8, end: moov.length };
  const boxes = listBoxes(moov, root.bodyStart, root.end);
  const mvhd = boxes.find((box) => box.type === "mvhd");
  if (!mvhd) throw new MalformedBox("no mvhd");
  const movieTimescale = moov.readUInt32BE(
    mvhd.bodyStart + FLAGS_BYTES + (moov[mvhd.bodyStart] === 1 ? 16 : 8),
  );
  return boxes
    .filter((box) => box.type === "trak")
    .flatMap((trak) => {
      const handler = findBox(moov, trak, "mdia", "hdlr");
      if (
        !handler ||
        moov.toString("latin1", handler.bodyStart + 8, handler.bodyStart + 12) !== "soun"
      ) {
        return [];
      }
      return [parseAudioTrack(moov, trak, movieTimescale)];
    });
}

function parseAudioTrack(moov: Buffer, trak: Box, movieTimescale: number): AudioTrack {
  const tkhd = findBox(moov, trak, "tkhd");
  const mdhd = findBox(moov, trak, "mdia", "mdhd");
  const stsd = findBox(moov, trak, "mdia", "minf", "stbl", "stsd");
  if (!tkhd || !mdhd || !stsd) throw new MalformedBox("a track lacks its headers");
  const entry = listBoxes(moov, stsd.bodyStart + 8, stsd.end)[0];
  if (!entry) throw new MalformedBox("a track without sample description");
  const timescale = moov.readUInt32BE(
    mdhd.bodyStart + FLAGS_BYTES + (moov[mdhd.bodyStart] === 1 ? 16 : 8),
  );
  const times = readEdits(moov, trak, movieTimescale);
  const stts = findBox(moov, trak, "mdia", "minf", "stbl", "stts");
  const media = stts && sumSampleTimes(moov, stts);
  const presented = times && media && findPresented(moov, media.ticks, times, timescale);
  return {
    trak,
    format: entry.type,
    // Common encryption (ISO/IEC 23001-7), Apple's FairPlay and Audible rename the sample entry.
    isEncrypted: ["enca", "drms", "aavd"].includes(entry.type),
    hasSamples: (media?.samples ?? 0) > 0,
    isElsewhere: refersElsewhere(moov, trak),
    isEnabled: ((moov[tkhd.bodyStart + 3] ?? 0) & 1) === 1,
    timescale,
    delaySeconds: times?.delaySeconds ?? 0,
    primingSeconds: presented && timescale > 0 ? presented.primingTicks / timescale : 0,
    durationSeconds: presented && timescale > 0 ? presented.ticks / timescale : undefined,
    isExact: media?.isUniform ?? false,
    gapSeconds: media && timescale > 0 ? media.gapTicks / timescale : 0,
    sampleTicks: media?.sampleTicks ?? 0,
    // Opus's decoder drops its own priming.
    isCutHere:
      presented !== undefined &&
      timescale > 0 &&
      media?.isUniform === true &&
      entry.type !== "Opus",
  };
}

/**
 * Whether a track's data references (§8.7.2) lead out of the file: one without the flag for "here" that
 * has more than a version, flags and an empty string.
 */
function refersElsewhere(moov: Buffer, trak: Box): boolean {
  const dref = findBox(moov, trak, "mdia", "minf", "dinf", "dref");
  if (!dref) return false;
  return listBoxes(moov, dref.bodyStart + FLAGS_BYTES + 4, dref.end).some(
    ({ bodyStart, end }) => end - bodyStart > 5 && ((moov[bodyStart + 3] ?? 0) & 1) === 0,
  );
}

/** The part of a track that is presented: its edit list's, or where that cuts nothing off, iTunes'. */
function findPresented(moov: Buffer, total: number, edits: Edits, timescale: number) {
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

/** Reads an edit list (§8.6.6) of any empty edits and at most one other; undefined for others. */
function readEdits(moov: Buffer, trak: Box, movieTimescale: number): Edits | undefined {
  const edits: Edits = {
    delaySeconds: 0,
    mediaStart: 0,
    lengthSeconds: undefined,
    tickSeconds: 1 / movieTimescale,
  };
  const elst = findBox(moov, trak, "edts", "elst");
  if (!elst) return edits;
  const isLong = moov[elst.bodyStart] === 1;
  const count = moov.readUInt32BE(elst.bodyStart + FLAGS_BYTES);
  const entryBytes = isLong ? 20 : 12;
  if (elst.bodyStart + 8 + count * entryBytes > elst.end) throw new MalformedBox("elst is cut");
  let mediaEdits = 0;
  for (let index = 0; index < count; index++) {
    const at = elst.bodyStart + 8 + index * entryBytes;
    const length = isLong ? Number(moov.readBigUInt64BE(at)) : moov.readUInt32BE(at);
    const mediaTime = isLong ? Number(moov.readBigInt64BE(at + 8)) : moov.readInt32BE(at + 4);
    if (mediaTime < 0) {
      if (mediaEdits > 0) return undefined;
      edits.delaySeconds += length / movieTimescale;
    } else {
      if (++mediaEdits > 1) return undefined;
      edits.mediaStart = mediaTime;
      edits.lengthSeconds = length > 0 ? length / movieTimescale : undefined;
    }
  }
  return edits;
}

/**
 * Adds up the samples' times. The sum is exact to the tick if all samples but the last have the
 * same length; otherwise it is what is decoded.
 */
function sumSampleTimes(moov: Buffer, stts: Box) {
  const count = moov.readUInt32BE(stts.bodyStart + FLAGS_BYTES);
  if (stts.bodyStart + 8 + count * 8 > stts.end) throw new MalformedBox("stts is cut");
  const times = new SampleTimes();
  let ticks = 0;
  let samples = 0;
  let longestRun = 0;
  let sampleTicks = 0;
  let lastTicks = 0;
  for (let at = stts.bodyStart + 8; at < stts.bodyStart + 8 + count * 8; at += 8) {
    const run = moov.readUInt32BE(at);
    const delta = moov.readUInt32BE(at + 4);
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
