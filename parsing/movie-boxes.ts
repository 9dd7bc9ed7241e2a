import { type Box, MalformedBox } from "./box.ts";
import type { Fields } from "./fields.ts";

/** Reads the time scale and the length of `mvhd` or `mdhd` (ISO/IEC 14496-12 §8.2.2, §8.4.2), in ticks. */
export function readClock(box: Box): { timescale: number; ticks: number } {
  const { isLong, fields } = box.fullFields();
  skipTimes(fields, isLong);
  return { timescale: fields.u32(), ticks: fields.u64(isLong) };
}

/** Reads a track's header (§8.3.2). */
export function readTrackHeader(trak: Box): { trackId: number; isEnabled: boolean } {
  const tkhd = trak.find("tkhd");
  if (!tkhd) throw new MalformedBox("no tkhd");
  const { isLong, flags, fields } = tkhd.fullFields();
  skipTimes(fields, isLong);
  return { trackId: fields.u32(), isEnabled: (flags & 1) === 1 };
}

/** Skips the times of creation and of the last change. */
const skipTimes = (fields: Fields, isLong: boolean) => fields.skip(isLong ? 16 : 8);

/** Reads the type of a track's media (§8.4.3), such as "soun", and the name of its handler. */
export function readHandler(
  trak: Box,
  longestNameBytes = 0,
): { type: string; name: string } | undefined {
  const fields = trak.find("mdia", "hdlr")?.fullFields().fields;
  if (!fields) return undefined;
  // Skip QuickTime's first field, and the three reserved ones before the name.
  const type = fields.skip(4).text(4);
  const name = fields.skip(12).text(longestNameBytes);
  return { type, name };
}

export interface Edit {
  /** The edit's length on the movie's clock. */
  ticks: number;
  /** The edit's start on the track's clock, or -1 for an empty edit. */
  mediaTime: number;
  /** The speed: 1 is normal, 0 freezes the picture. */
  rate: number;
}

/** Lists the entries of an `elst` box (§8.6.6). */
export function* listEdits(elst: Box): Generator<Edit> {
  const { isLong, fields } = elst.fullFields();
  for (let left = countEntries(fields, isLong ? 20 : 12); left > 0; left--) {
    yield {
      ticks: fields.u64(isLong),
      mediaTime: fields.i64(isLong),
      rate: fields.i32() / 2 ** 16,
    };
  }
}

/**
 * Reads the number of entries at a table's start.
 *
 * @throws MalformedBox if the table is too short for them
 */
export function countEntries(fields: Fields, entryBytes: number): number {
  const count = fields.u32();
  if (count * entryBytes > fields.left) throw new MalformedBox("a table is cut");
  return count;
}
