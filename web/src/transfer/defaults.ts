import { Quality } from "../../../contract/conversion.ts";
import type { DraftOptions } from "./records.ts";

const QUALITY_KEY = "tapedeck:quality";
const LOUDNESS_KEY = "tapedeck:loudness";

/** The quality and loudness that were chosen last. */
export function restoreDefaults(): Pick<DraftOptions, "quality" | "loudness"> {
  const quality = Quality.safeParse(localStorage.getItem(QUALITY_KEY)).data ?? "v2";
  const loudness = localStorage.getItem(LOUDNESS_KEY);
  return { quality, loudness: loudness === null ? undefined : Number(loudness) };
}

/** Keeps the quality and loudness in `change`, if it has them, for the next file. */
export function rememberDefaults(change: Partial<DraftOptions>) {
  if (change.quality !== undefined) localStorage.setItem(QUALITY_KEY, change.quality);
  if (!("loudness" in change)) return;
  if (change.loudness === undefined) localStorage.removeItem(LOUDNESS_KEY);
  else localStorage.setItem(LOUDNESS_KEY, String(change.loudness));
}
