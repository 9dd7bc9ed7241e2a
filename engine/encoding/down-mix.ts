import { MOST_USUAL_CHANNELS } from "../ffmpeg/demuxers.ts";

/** How a track's channels are mixed into the MP3's. */
export interface DownMix {
  channels: 1 | 2;
  /** A filter for layouts that ffmpeg's resampler can't mix. Undefined for all others. */
  filter: string | undefined;
  /** What is unusual about the mix, for the log. */
  note: string | undefined;
}

/** With 16 bits, the shares would be rounded, and a full-scale sum would wrap. */
const AS_FLOAT = "aformat=sample_fmts=fltp";

const USUAL = { filter: undefined, note: undefined } as const;

/**
 * Chooses the mix for a layout, by ffmpeg's name. No channel is left out, and no sum can clip:
 * - More than eight channels without a layout are usually microphones or instruments. All are mixed
 *   into one channel, in equal shares.
 * - Ambisonics become two cardioids, facing left and right: half of the first component (W) plus or
 *   minus half of the second (Y). The others cancel out at the sides.
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
