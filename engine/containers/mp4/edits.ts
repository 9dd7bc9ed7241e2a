import type { Box } from "../../../parsing/box.ts";
import { type Edit, listEdits } from "../../../parsing/movie-boxes.ts";
import { readItunesGapless } from "./itunes-gapless.ts";
import { makeBox, wrapBox } from "./make-box.ts";

/** What of a track is presented, and when (ISO/IEC 14496-12 §8.6.6). */
interface Edits {
  delaySeconds: number;
  /** First media tick that is presented. */
  mediaStart: number;
  /** Whether all that is presented is one stretch of the track. */
  isOneStretch: boolean;
  /** How many media ticks are presented. */
  presentedTicks: number;
}

/**
 * Reads a track's edit list. An empty edit, or one that stands still, is a delay if it comes first, and
 * otherwise a gap, which is closed. What plays faster or slower is converted at its own speed.
 *
 * @param total The ticks of the whole track.
 */
export function readEdits(
  trak: Box,
  movieTimescale: number,
  timescale: number,
  total: number,
): Edits {
  const elst = trak.find("edts", "elst");
  const tickTicks = timescale / movieTimescale;
  let delaySeconds = 0;
  const stretches: { start: number; ticks: number }[] = [];
  for (const edit of elst ? listEdits(elst) : []) {
    const { ticks, mediaTime } = edit;
    if (isSilent(edit)) {
      if (stretches.length === 0) delaySeconds += ticks / movieTimescale;
      continue;
    }
    // That can't be meant.
    if (total > 0 && mediaTime >= total) continue;
    // Without a length it goes on to the end, which fragmented files are written for.
    const length = ticks > 0 ? ticks * speedOf(edit) * tickTicks : Infinity;
    const last = stretches.at(-1);
    const goesOn = last && Math.abs(mediaTime - last.start - last.ticks) <= tickTicks + 1;
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
  // The length is in the movie's coarse ticks. If it means "all", the samples are more exact.
  const isAll = first.ticks >= available - tickTicks - 1;
  const presentedTicks = isAll ? available : Math.round(first.ticks);
  return { delaySeconds, mediaStart: first.start, isOneStretch: true, presentedTicks };
}

/** The part of a track that is presented: its edit list's, or where that cuts nothing off, iTunes'. */
export function findPresented(moov: Box, total: number, { mediaStart, presentedTicks }: Edits) {
  const isAll = presentedTicks === total && total > 0;
  const gapless = isAll ? readItunesGapless(moov, total) : undefined;
  return gapless ?? { primingTicks: mediaStart, ticks: presentedTicks };
}

/** Nothing of the track plays in an empty edit, nor in one at speed 0, where the picture stands still. */
const isSilent = ({ mediaTime, rate }: Edit): boolean => mediaTime < 0 || rate === 0;

/** Backwards is taken for forwards. */
const speedOf = ({ rate }: Edit): number => (rate > 0 ? rate : 1);

/**
 * Rewrites an edit list so that ffmpeg plays each stretch once, at its own speed: it ignores the rate, and
 * reads the track from its start where nothing plays.
 */
export function straightenEdits(edts: Box): readonly Uint8Array[] {
  const elst = edts.find("elst");
  const edits = elst ? [...listEdits(elst)] : [];
  if (edits.every((edit) => edit.rate === 1 && !isSilent(edit))) return [edts.whole];
  const kept = edits.filter((edit) => !isSilent(edit));
  const head = Buffer.alloc(8);
  // Version 1 has 64 bits.
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
