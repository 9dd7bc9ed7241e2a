import type { Quality } from "../../../contract/conversion.ts";
import type { Texts } from "./text.ts";

/** In the order in which they are offered. */
export const QUALITIES = [
  "v0",
  "v2",
  "speech",
  "320",
  "192",
  "128",
  "96",
] as const satisfies Quality[];

/** "V2" or "192 kbit/s"; a quality that this page doesn't know yet is shown as it is. */
export function nameQuality(quality: string, { kilobits, options }: Texts): string {
  if (/^\d+$/.test(quality)) return kilobits(quality);
  if (quality === "speech") return options.speech;
  return /^v\d$/.test(quality) ? quality.toUpperCase() : quality;
}
