import { MOST_USUAL_CHANNELS } from "../ffmpeg/demuxers.ts";

/** How a track's channels become the MP3's. */
export interface DownMix {
  channels: 1 | 2;
  /** ffmpeg's filter for layouts that its resampler doesn't mix; undefined for all others. */
  filter: string | undefined;
  /** What was unusual about the mix, in words for the log. */
  note: string | undefined;
}

/** In 16 bits the shares are rounded, and a full-scale sum wraps. */
const AS_FLOAT = "aformat=sample_fmts=fltp";

const USUAL = { filter: undefined, note: undefined } as const;

/**
 * Chooses the mix for a layout as ffmpeg names it. No channel is left out and no sum can clip:
 * - Channels without a layout, more than the eight that have a usual one, are microphones or
 *   instruments as a rule. All become one channel, each by the same share.
 * - Ambisonics become two cardioids, to the left and to the right: half of the first component (W)
 *   and half of the second one (Y) added or taken away. The others cancel out at the sides.
 */
export function chooseDownMix(layout: string): DownMix {
  if (/^(mono|1 channels)$/.test(layout)) return { channels: 1, ...USUAL };
  if (layout.startsWith("ambisonic")) {
    return {
      channels: 2,
      filter: `${AS_FLOAT},pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1`,
      note: "ambisonics became two channels",
    };
  }
  const count = Number(/^(\d+) channels/.exec(layout)?.[1] ?? 0);
  if (count <= MOST_USUAL_CHANNELS) return { channels: 2, ...USUAL };
  const share = (1 / count).toFixed(6);
  const sum = Array.from({ length: count }, (_, channel) => `${share}*c${channel}`).join("+");
  return {
    channels: 1,
    filter: `${AS_FLOAT},pan=mono|c0=${sum}`,
    note: `${count} channels without a layout became one`,
  };
}
