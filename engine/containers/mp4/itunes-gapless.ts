import { type Box, ifWellFormed } from "../../../parsing/box.ts";

/** The contents of iTunes' gapless tag, in the track's ticks. */
interface ItunesGapless {
  primingTicks: number;
  ticks: number;
}

/** Only this much of a tag is read. Real ones have a few hundred characters. */
const LONGEST_TAG_BYTES = 1024;

/**
 * Reads `iTunSMPB`. iTunes and some other encoders state priming, padding and length in it if there
 * is no edit list. It applies to the first audio track.
 *
 * @returns undefined if the tag contradicts the samples' `totalTicks`. It may count HE-AAC at half
 * or double the track's rate.
 */
export const readItunesGapless = (moov: Box, totalTicks: number): ItunesGapless | undefined =>
  // QuickTime's variant of `meta` has no version and flags, so it reads as malformed.
  ifWellFormed(() => parseItunesGapless(moov, totalTicks));

function parseItunesGapless(moov: Box, totalTicks: number): ItunesGapless | undefined {
  // Skip the version and flags of `meta`, which is a full box.
  const meta = moov.find("udta", "meta")?.children(4);
  const list = meta?.find(({ type }) => type === "ilst");
  for (const item of list?.children() ?? []) {
    if (item.type !== "----") continue;
    if (item.find("name")?.fullFields().fields.text(LONGEST_TAG_BYTES) !== "iTunSMPB") continue;
    const data = item.find("data");
    if (!data) return undefined;
    // Skip the type of the data and its language.
    const text = data.fields().skip(8).text(LONGEST_TAG_BYTES);
    const fields = /^ ?[\dA-F]{8} ([\dA-F]{8}) ([\dA-F]{8}) ([\dA-F]{16})/i.exec(text);
    const [priming, padding, length] = (fields?.slice(1) ?? []).map((field) => parseInt(field, 16));
    if (!priming || padding === undefined || !length) return undefined;
    const scale = totalTicks / (priming + padding + length);
    if (![0.5, 1, 2].includes(scale)) return undefined;
    return { primingTicks: priming * scale, ticks: length * scale };
  }
  return undefined;
}
