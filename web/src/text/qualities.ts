import type { Quality } from "../../../contract/conversion.ts";
import { formatSize } from "../../../contract/format.ts";

export const QUALITIES: readonly { value: Quality; short: string; label: string }[] = [
  { value: "v0", short: "V0", label: "Best (V0, variable)" },
  { value: "v2", short: "V2", label: "Very good (V2, variable)" },
  { value: "speech", short: "Speech", label: "Speech (mono, variable)" },
  { value: "320", short: "320", label: "320 kbit/s" },
  { value: "192", short: "192", label: "192 kbit/s" },
  { value: "128", short: "128", label: "Small (128 kbit/s)" },
  { value: "96", short: "96", label: "Smaller (96 kbit/s)" },
];

/** "V2" or "192 kbit/s"; a quality that this page doesn't know yet is shown as it is. */
export const nameQuality = (quality: string): string => {
  const short = QUALITIES.find(({ value }) => value === quality)?.short ?? quality;
  return /^\d+$/.test(short) ? `${short} kbit/s` : short;
};

/** What is known only roughly. */
export const formatAbout = (sizeBytes: number) => `about ${formatSize(sizeBytes)}`;
