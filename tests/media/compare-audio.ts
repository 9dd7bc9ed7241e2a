import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const run = promisify(execFile);

/** The sample rate at which audio is compared, as two interleaved channels. */
export const JUDGE_RATE = 16000;

/** How far audio may be shifted. */
export const JUDGE_SECONDS = 0.05;

/** −60 dB of full scale: anything quieter is silence. */
const SILENCE = 0.001;

const BLOCK_SECONDS = 0.25;
const BLOCK_SAMPLES = BLOCK_SECONDS * JUDGE_RATE;

/** Decodes a file, or whatever ffmpeg's `inputs` describe, as a player would. */
export async function decodeAudio(...inputs: readonly string[]): Promise<Float32Array> {
  const { stdout } = await run(
    await findFullFfmpeg(),
    [
      ...toArguments({ v: "error" }),
      ...(inputs.length === 1 ? ["-i"] : []),
      ...inputs,
      ...toArguments({ map: "0:a:0" }),
      // Channels are mixed as the engine mixes them.
      ...[
        "-af",
        `aresample=${JUDGE_RATE}:rematrix_maxval=1,aformat=channel_layouts=stereo`,
        "-f",
        "f32le",
        "-",
      ],
    ],
    { encoding: "buffer", maxBuffer: 1 << 28 },
  );
  return new Float32Array(
    stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length),
  );
}

/** Joins decoded audio. */
export function joinAudio(...pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export interface Verdict {
  /** How much longer the audio is than expected. Negative if it is shorter. */
  longerSeconds: number;
  /** The length of all blocks that differ. */
  differentSeconds: number;
  /** Where the first block that differs begins. */
  firstDifferentSeconds: number | undefined;
}

/**
 * Compares two recordings block by block. Each block may be shifted by {@link JUDGE_SECONDS}. Blocks
 * are alike if each channel has the same level and shape in both.
 */
export function compareAudio(expected: Float32Array, made: Float32Array): Verdict {
  const blocks = Math.floor(expected.length / 2 / BLOCK_SAMPLES);
  let different = 0;
  let first: number | undefined;
  for (let block = 0; block < blocks; block++) {
    if (isAlike(expected, made, block * BLOCK_SAMPLES)) continue;
    different++;
    first ??= block * BLOCK_SECONDS;
  }
  return {
    longerSeconds: (made.length - expected.length) / 2 / JUDGE_RATE,
    differentSeconds: different * BLOCK_SECONDS,
    firstDifferentSeconds: first,
  };
}

function isAlike(expected: Float32Array, made: Float32Array, start: number): boolean {
  const farthest = JUDGE_SECONDS * JUDGE_RATE;
  const isQuiet = [0, 1].map((channel) => measureLevel(expected, start, channel) < SILENCE);
  for (let distance = 0; distance <= farthest; distance++) {
    for (const lag of distance === 0 ? [0] : [distance, -distance]) {
      const alike = isQuiet.every((quiet, channel) =>
        quiet
          ? measureLevel(made, start + lag, channel) < 4 * SILENCE
          : isSameShape(expected, made, start, lag, channel),
      );
      if (alike) return true;
    }
  }
  return false;
}

function measureLevel(pcm: Float32Array, start: number, channel: number): number {
  let sum = 0;
  for (let at = start; at < start + BLOCK_SAMPLES; at++) sum += (pcm[2 * at + channel] ?? 0) ** 2;
  return Math.sqrt(sum / BLOCK_SAMPLES);
}

/**
 * The difference may have a tenth of the power. An MP3's has a hundredth. A shift by half a sample
 * adds four hundredths in a tone of 1 kHz, the highest that is compared.
 */
const MOST_DIFFERENT_POWER = 0.1;

function isSameShape(
  expected: Float32Array,
  made: Float32Array,
  start: number,
  lag: number,
  channel: number,
): boolean {
  let power = 0;
  let difference = 0;
  for (let at = start; at < start + BLOCK_SAMPLES; at++) {
    const wanted = expected[2 * at + channel] ?? 0;
    power += wanted ** 2;
    difference += (wanted - (made[2 * (at + lag) + channel] ?? 0)) ** 2;
  }
  return difference < MOST_DIFFERENT_POWER * power;
}
