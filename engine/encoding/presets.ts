import type { Quality } from "../../contract/conversion.ts";

export interface Preset {
  /** LAME's settings as ffmpeg arguments. */
  args: readonly string[];
  /** LAME's V number for variable rates. */
  vbrScale: number | undefined;
  /** An MP3 track of up to this rate is copied and not encoded again. */
  copyUpToKbps: number;
  /** The MP3's number of channels, if it isn't the track's. */
  channels?: 1;
  /** Whether easy frames save bits for hard ones. */
  hasReservoir: boolean;
}

/**
 * Without the bit reservoir, an encoder's start soon stops mattering, so segments that are encoded in
 * parallel overlap little. docs/adr/0040-bit-reservoir.md measures what that costs each preset: next to
 * nothing at v0, v2 and 320, but a lot at the other constant rates.
 */
const NO_RESERVOIR = ["-reservoir", "0"] as const;

export const PRESETS: Readonly<Record<Quality, Preset>> = {
  v0: { args: ["-q:a", "0", ...NO_RESERVOIR], vbrScale: 0, copyUpToKbps: 320, hasReservoir: false },
  v2: { args: ["-q:a", "2", ...NO_RESERVOIR], vbrScale: 2, copyUpToKbps: 320, hasReservoir: false },
  speech: {
    args: ["-q:a", "5", ...NO_RESERVOIR],
    vbrScale: 5,
    copyUpToKbps: 64,
    channels: 1,
    hasReservoir: false,
  },
  "320": {
    args: ["-b:a", "320k", ...NO_RESERVOIR],
    vbrScale: undefined,
    copyUpToKbps: 320,
    hasReservoir: false,
  },
  "192": {
    args: ["-b:a", "192k"],
    vbrScale: undefined,
    copyUpToKbps: 192,
    hasReservoir: true,
  },
  "128": {
    args: ["-b:a", "128k"],
    vbrScale: undefined,
    copyUpToKbps: 128,
    hasReservoir: true,
  },
  "96": {
    args: ["-b:a", "96k"],
    vbrScale: undefined,
    copyUpToKbps: 96,
    hasReservoir: true,
  },
};

/** MP3's sample rates, in Hz. */
const MP3_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

/** Chooses the MP3's rate for a source: the same, half or a quarter of it, or the next higher one. */
export function chooseSampleRate(sourceRate: number): number {
  if (MP3_RATES.includes(sourceRate)) return sourceRate;
  if (sourceRate > 48000) return sourceRate % 44100 === 0 ? 44100 : 48000;
  return MP3_RATES.find((rate) => rate >= sourceRate) ?? 48000;
}
