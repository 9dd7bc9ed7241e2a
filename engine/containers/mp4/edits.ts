import type { Box } from "../../../parsing/box.ts";
import { type Edit, listEdits } from "../../../parsing/movie-boxes.ts";
import { readItunesGapless } from "./itunes-gapless.ts";
import { makeBox, wrapBox } from "./make-box.ts";

/** Says which part of a track is played, and when (ISO/IEC 14496-12 §8.6.6). */
interface Edits {
  delaySeconds: number;
  /** The first media tick that is played. */
  mediaStart: number;
  /** Whether one continuous stretch of the track is played. */
  isOneStretch: boolean;
  /** The number of media ticks that are played. */
  presentedTicks: number;
}

/**
 * Reads a track's edit list. An empty edit or a freeze is a delay if it comes first. Later ones are
 * gaps, which are closed. Stretches that play faster or slower are converted at normal speed.
 *
 * @param total the ticks of the whole track
 */
export function readEdits(
  trak: Box,
  movieTimescale: number,
  timescale: number,
  total: number,
): Edits {
  const elst = trak.find("edts", "elst");
  const ticksPerMovieTick = timescale / movieTimescale;
  let delaySeconds = 0;
  const stretches: { start: number; ticks: number }[] = [];
  for (const edit of elst ? listEdits(elst) : []) {
    const { ticks, mediaTime } = edit;
    if (isSilent(edit)) {
      if (stretches.length === 0) delaySeconds += ticks / movieTimescale;
      continue;
    }
    // An edit after the track's end is a mistake.
    if (total > 0 && mediaTime >= total) continue;
    // An edit without a length goes on to the end. Fragmented files have such edits.
    const length = ticks > 0 ? ticks * speedOf(edit) * ticksPerMovieTick : Infinity;
    const last = stretches.at(-1);
    const goesOn = last && Math.abs(mediaTime - last.start - last.ticks) <= ticksPerMovieTick + 1;
    if (goesOn) last.ticks += length;
    else stretches.push({ start: mediaTime, ticks: length });
  }
  const [first = { start: 0, ticks: Infinity }] = stretches;
  const available = Math.max(0, total - first.start);
  if (stretches.length > 1) {
    const lengths = stretches.map(({ start, ticks }) =>
      Math.max(0, Math.min(ticks, total - start)),
    );
    const presentedTicks = Math.round(lengths.reduce((sum, length) => sum + length));
    return { delaySeconds, mediaStart: first.start, isOneStretch: false, presentedTicks };
  }
  // The length is in the movie's coarse ticks. If it means "all", the samples give a more exact
  // one.
  const isAll = first.ticks >= available - ticksPerMovieTick - 1;
  const presentedTicks = isAll ? available : Math.round(first.ticks);
  return { delaySeconds, mediaStart: first.start, isOneStretch: true, presentedTicks };
}

/**
 * Finds the part of a track that is played. The edit list decides. If it cuts nothing off, iTunes'
 * tag does.
 */
export function findPresented(moov: Box, total: number, { mediaStart, presentedTicks }: Edits) {
  const isAll = presentedTicks === total && total > 0;
  const gapless = isAll ? readItunesGapless(moov, total) : undefined;
  return gapless ?? { primingTicks: mediaStart, ticks: presentedTicks };
}

/**
 * Returns whether an edit plays nothing of the track: it is empty, or freezes the picture (rate 0).
 */
const isSilent = ({ mediaTime, rate }: Edit): boolean => mediaTime < 0 || rate === 0;

/** Returns an edit's speed. An edit that plays backwards is read forwards. */
const speedOf = ({ rate }: Edit): number => (rate > 0 ? rate : 1);

/**
 * Rewrites an edit list so that ffmpeg plays each stretch once, at normal speed. ffmpeg ignores an
 * edit's rate, and plays the start of the track in edits that should be silent.
 */
export function straightenEdits(edts: Box): readonly Uint8Array[] {
  const elst = edts.find("elst");
  const edits = elst ? [...listEdits(elst)] : [];
  if (edits.every((edit) => edit.rate === 1 && !isSilent(edit))) return [edts.whole];
  const kept = edits.filter((edit) => !isSilent(edit));
  const head = Buffer.alloc(8);
  // Version 1 has 64-bit fields.
  head.writeUInt8(1, 0);
  head.writeUInt32BE(kept.length, 4);
  const entries = kept.map((edit) => {
    const entry = Buffer.alloc(20);
    entry.writeBigInt64BE(BigInt(Math.round(edit.ticks * speedOf(edit))), 0);
    entry.writeBigInt64BE(BigInt(edit.mediaTime), 8);
    entry.writeInt16BE(1, 16);
    return entry;
  });
  return kept.length > 0 ? wrapBox("edts", [makeBox("elst", head, ...entries)]) : [];
}
