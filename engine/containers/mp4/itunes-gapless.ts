import { type Box, findBox, ifWellFormed, listBoxes } from "./box.ts";

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
export const readItunesGapless = (moov: Buffer, totalTicks: number): ItunesGapless | undefined =>
  // QuickTime's own `meta` has no version and flags.
  ifWellFormed(() => parseItunesGapless(moov, totalTicks));

function parseItunesGapless(moov: Buffer, totalTicks: number): ItunesGapless | undefined {
  const root: Box = { type: "moov", start: 0, bodyStart: 8, end: moov.length };
  const meta = findBox(moov, root, "udta", "meta");
  // `meta` is a full box: version and flags come before its children.
  const list = meta && findBox(moov, { ...meta, bodyStart: meta.bodyStart + 4 }, "ilst");
  for (const item of list ? listBoxes(moov, list.bodyStart, list.end) : []) {
    if (item.type !== "----") continue;
    const name = findBox(moov, item, "name");
    if (!name || moov.toString("latin1", name.bodyStart + 4, name.end) !== "iTunSMPB") continue;
    const data = findBox(moov, item, "data");
    if (!data) return undefined;
    const end = Math.min(data.end, data.bodyStart + LONGEST_TAG_BYTES);
    const text = moov.toString("latin1", data.bodyStart + 8, end);
    const fields = /^ ?[\dA-F]{8} ([\dA-F]{8}) ([\dA-F]{8}) ([\dA-F]{16})/i.exec(text);
    const [priming, padding, length] = (fields?.slice(1) ?? []).map((field) => parseInt(field, 16));
    if (!priming || padding === undefined || !length) return undefined;
    const scale = totalTicks / (priming + padding + length);
    if (![0.5, 1, 2].includes(scale)) return undefined;
    return { primingTicks: priming * scale, ticks: length * scale };
  }
  return undefined;
}
