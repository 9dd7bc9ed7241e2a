import { ifWellFormed } from "../../../parsing/box.ts";
import { parseSide, type Side } from "../../ffmpeg/stereo-pair.ts";
import type { SampleEntry } from "./sample-entry.ts";

/** Enough for a name that says a side. A hostile name can be megabytes long. */
export const LONGEST_NAME_BYTES = 64;

/** Reads which channel a track holds, from its channel layout or its handler's name. */
export const readSide = (entries: readonly SampleEntry[], handlerName: string): Side | undefined =>
  ifWellFormed(() => readLayout(entries)) ?? parseSide(handlerName);

/** The layout tags of `chan` for channels listed as descriptions or as a bitmap. */
const USE_DESCRIPTIONS = 0;
const USE_BITMAP = 1 << 16;

const SIDES: Readonly<Record<number, Side>> = { 1: "left", 2: "right" };

/**
 * Reads QuickTime's `chan` box (QuickTime File Format, "Audio channel layout extension"), which has
 * a layout tag, a bitmap and descriptions. Left is label 1 and bit 0. Right is label 2 and bit 1.
 */
function readLayout(entries: readonly SampleEntry[]): Side | undefined {
  const boxes = entries.flatMap(({ sound }) => sound?.boxes ?? []);
  const { fields } = boxes.find(({ type }) => type === "chan")?.fullFields() ?? {};
  if (!fields) return undefined;
  const [tag, bitmap, count] = [fields.u32(), fields.u32(), fields.u32()];
  if (tag === USE_BITMAP) return SIDES[bitmap];
  return tag === USE_DESCRIPTIONS && count === 1 ? SIDES[fields.u32()] : undefined;
}
