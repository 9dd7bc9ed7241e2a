import { ifWellFormed } from "../../../parsing/box.ts";
import { parseSide, type Side } from "../../ffmpeg/stereo-pair.ts";
import type { SampleEntry } from "./sample-entry.ts";

/** Of the names that say a side; a hostile one can be megabytes long. */
export const LONGEST_NAME_BYTES = 64;

/** Reads which channel a track says it is: by its channel layout, or by its handler's name. */
export const readSide = (entries: readonly SampleEntry[], handlerName: string): Side | undefined =>
  ifWellFormed(() => readLayout(entries)) ?? parseSide(handlerName);

/** Layout tags of `chan`: the channels follow as descriptions, or as a bitmap. */
const USE_DESCRIPTIONS = 0;
const USE_BITMAP = 1 << 16;

const SIDES: Readonly<Record<number, Side>> = { 1: "left", 2: "right" };

/**
 * QuickTime's `chan` (its file format specification, "Audio channel layout extension"): a layout tag, a
 * bitmap and descriptions. Left is label 1 and bit 0, right is label 2 and bit 1.
 */
function readLayout(entries: readonly SampleEntry[]): Side | undefined {
  const boxes = entries.flatMap(({ sound }) => sound?.boxes ?? []);
  const { fields } = boxes.find(({ type }) => type === "chan")?.fullFields() ?? {};
  if (!fields) return undefined;
  const [tag, bitmap, count] = [fields.u32(), fields.u32(), fields.u32()];
  if (tag === USE_BITMAP) return SIDES[bitmap];
  return tag === USE_DESCRIPTIONS && count === 1 ? SIDES[fields.u32()] : undefined;
}
