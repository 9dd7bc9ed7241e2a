import { type Box, ifWellFormed } from "../../../parsing/box.ts";

/** What iTunes' own tag says about a track, in its ticks. */
interface ItunesGapless {
  primingTicks: number;
  ticks: number;
}

/** A tag is a few hundred characters; of a longer one the rest isn't looked at. */
const LONGEST_TAG_BYTES = 1024;

/**
 * Reads `iTunSMPB`, in which iTunes and encoders that follow it declare priming, padding and length
 * if there is no edit list. It applies to the first audio track.
 *
 * @returns undefined if it contradicts the `totalTicks` of the samples: writers count HE-AAC at the
 * core's rate or at the doubled one.
 */
export const readItunesGapless = (moov: Box, totalTicks: number): ItunesGapless | undefined =>
  // QuickTime's own `meta` has no version and flags.
  ifWellFormed(() => parseItunesGapless(moov, totalTicks));

function parseItunesGapless(moov: Box, totalTicks: number): ItunesGapless | undefined {
  // `meta` is a full box: version and flags come before its children.
  const meta = moov.find("udta", "meta")?.children(4);
  const list = meta?.find(({ type }) => type === "ilst");
  for (const item of list?.children() ?? []) {
    if (item.type !== "----") continue;
    if (item.find("name")?.fullFields().fields.text(LONGEST_TAG_BYTES) !== "iTunSMPB") continue;
    const data = item.find("data");
    if (!data) return undefined;
    // The type of the data and its language come first.
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
