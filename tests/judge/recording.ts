import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../media/random.ts";
import { makeWavHeader } from "../media/wav-header.ts";

/** Channel layouts by ffmpeg's names, with the gain of each channel in the sum of an MP3's two. */
const LAYOUTS = {
  mono: [2],
  stereo: [1, 1],
  "5.1": [1, 1, Math.SQRT2, 0, Math.SQRT1_2, Math.SQRT1_2],
} as const satisfies Record<string, readonly number[]>;

export type Layout = keyof typeof LAYOUTS;

/** The audio that files are made from. A take has the same audio at every rate and in every layout. */
export interface Recording {
  path: string;
  seconds: number;
  /** The sum of all channels, at {@link HEARD_RATE}. */
  heard: Float32Array;
}

/**
 * The sample rate at which recordings are compared, in Hz. Their voices stay below 2,600 Hz; half a
 * sample between two recordings then turns a voice by less than 30°.
 */
export const HEARD_RATE = 16000;

/** How often a voice changes its pitch and level. */
const STEP_SECONDS = 0.08;
const VOICES = 2;

/** Limits the length of a recording. */
const MOST_STEPS = 500;

const kept = new Map<string, Promise<Recording>>();

/** Makes the WAV of a take in `directory`, unless it is already there. */
export function record(
  directory: string,
  take: { number: number; rate: number; layout: Layout; seconds: number },
): Promise<Recording> {
  const name = `${take.number}-${take.rate}-${take.layout}-${take.seconds}.wav`;
  const path = join(directory, name);
  const known = kept.get(path);
  if (known) return known;
  const made = make(path, take);
  kept.set(path, made);
  return made;
}

async function make(
  path: string,
  { number, rate, layout, seconds }: Parameters<typeof record>[1],
): Promise<Recording> {
  const gains = LAYOUTS[layout];
  const channels = gains.map((_, channel) => sing(10 * number + channel, rate, seconds));
  const length = channels[0]?.length ?? 0;
  const pcm = new Float32Array(length * channels.length);
  for (const [channel, samples] of channels.entries()) {
    for (let at = 0; at < length; at++) pcm[at * channels.length + channel] = samples[at] ?? 0;
  }
  await writeFile(path, wrapAsWav(pcm, channels.length, rate));
  return { path, seconds: length / rate, heard: toHeard(pcm, gains, rate) };
}

/** Synthesises two voices whose pitch and level wander, so that each tenth of a second is unique. */
function sing(seed: number, rate: number, seconds: number): Float32Array {
  const random = createRandom(seed * 7919 + 1);
  const samples = new Float32Array(Math.round(seconds * rate));
  const draw = (low: number, high: number) =>
    Array.from({ length: MOST_STEPS }, () => low + random() * (high - low));
  for (let voice = 0; voice < VOICES; voice++) {
    const pitches = draw(250, 2600);
    const levels = draw(0.04, 0.14);
    let phase = 0;
    for (let at = 0; at < samples.length; at++) {
      const step = at / rate / STEP_SECONDS;
      phase += (2 * Math.PI * between(pitches, step)) / rate;
      samples[at] = (samples[at] ?? 0) + between(levels, step) * Math.sin(phase);
    }
  }
  return samples;
}

function between(values: readonly number[], step: number): number {
  const [from = 0, to = 0] = values.slice(Math.floor(step), Math.floor(step) + 2);
  return from + (to - from) * (step % 1);
}

/** Mixes interleaved samples to one channel at {@link HEARD_RATE}. */
export function toHeard(pcm: Float32Array, gains: readonly number[], rate: number): Float32Array {
  const channels = gains.length;
  const frames = Math.floor(pcm.length / channels);
  const mixed = new Float32Array(frames);
  for (let at = 0; at < frames; at++) {
    for (let channel = 0; channel < channels; channel++) {
      mixed[at] = (mixed[at] ?? 0) + (gains[channel] ?? 0) * (pcm[at * channels + channel] ?? 0);
    }
  }
  const heard = new Float32Array(Math.floor((frames / rate) * HEARD_RATE));
  for (let at = 0; at < heard.length; at++) {
    const place = (at * rate) / HEARD_RATE;
    const low = Math.floor(place);
    const [one = 0, two = 0] = mixed.subarray(low, low + 2);
    heard[at] = one + (two - one) * (place - low);
  }
  return heard;
}

/** Writes a WAV of floating-point samples. */
const wrapAsWav = (pcm: Float32Array, channels: number, sampleRate: number): Buffer =>
  Buffer.concat([
    makeWavHeader({ sampleRate, channels, sampleBits: 32, dataBytes: pcm.byteLength }),
    Buffer.from(pcm.buffer),
  ]);
