import type { Quality } from "../../contract/conversion.ts";

export interface Preset {
  /** LAME's settings as ffmpeg arguments. */
  args: readonly string[];
  /** LAME's V number for variable rates. */
  vbrScale: number | undefined;
  /** An MP3 track of up to this rate is copied and not encoded again. */
  copyUpToKbps: number;
  /** Channels of the MP3, if not those of the track. */
  channels?: 1;
  /** Whether easy frames save bits for hard ones. */
  hasReservoir: boolean;
}

/**
 * Without the bit reservoir an encoder soon forgets where it began, so that segments overlap little where
 * they are encoded side by side. What it costs each preset is measured in docs/adr/0040-bit-reservoir.md:
 * next to nothing at v0, v2 and 320, much at the other constant rates.
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

/** The rates that MP3 has, in Hz. */
const MP3_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

/** The MP3 rate for a source: its own, the half or quarter of a higher family, or the next above. */
export function chooseSampleRate(sourceRate: number): number {
  if (MP3_RATES.includes(sourceRate)) return sourceRate;
  if (sourceRate > 48000) return sourceRate % 44100 === 0 ? 44100 : 48000;
  return MP3_RATES.find((rate) => rate >= sourceRate) ?? 48000;
}
