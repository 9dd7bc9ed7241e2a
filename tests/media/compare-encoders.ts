import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import type { Quality } from "../../contract/conversion.ts";
import { PRESETS } from "../../engine/encoding/presets.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const WAV_HEADER_BYTES = 44;
/** LAME's delay plus a decoder's, in samples (see xing-header.ts). */
const DELAY_SAMPLES = 576 + 529;

/** The command of an ffmpeg, perhaps with an emulator before it. */
type Command = readonly string[];

interface Settings {
  quality: Quality;
  channels: 1 | 2;
}

/** The share by which an MP3's size may differ, unless more growth is allowed. */
const TOLERATED_SHARE = 0.005;

/**
 * Encodes a WAV with both encoders. Fails if the MP3 of `changed` has more noise than that of
 * `reference`, or another size.
 *
 * @param mostGrowth the share by which the MP3 may be larger
 */
export async function compareEncoders(
  changed: Command,
  reference: Command,
  wav: Buffer,
  settings: Settings,
  mostGrowth = TOLERATED_SHARE,
): Promise<void> {
  const [ours, theirs] = await Promise.all([
    measureEncoder(changed, wav, settings),
    measureEncoder(reference, wav, settings),
  ]);
  const figures = JSON.stringify({ ours, theirs });
  const growth = ours.bytes / theirs.bytes - 1;
  assert.ok(growth > -TOLERATED_SHARE && growth < mostGrowth, `size: ${figures}`);
  assert.ok(ours.signalToNoise > theirs.signalToNoise - 0.1, `noise: ${figures}`);
}

/** Encodes a WAV with a preset's settings, and measures the MP3's size and signal-to-noise ratio. */
export async function measureEncoder(
  ffmpeg: Command,
  wav: Buffer,
  { quality, channels }: Settings,
) {
  const args = [...PRESETS[quality].args, "-write_xing", "0", "-f", "mp3", "pipe:1"];
  const mp3 = await pipe(ffmpeg, ["-f", "wav", "-i", "pipe:0", ...args], wav);
  const raw = ["-f", "mp3", "-i", "pipe:0", "-f", "s16le", "pipe:1"];
  // The same decoder for every encoder.
  const pcm = await pipe([await findFullFfmpeg()], raw, mp3);
  return { bytes: mp3.length, signalToNoise: measure(wav, pcm, channels) };
}

/**
 * Runs an ffmpeg on `input`, and returns what it writes. Fails if it prints anything or exits with
 * an error.
 */
export async function pipe(
  [program = "", ...first]: Command,
  args: readonly string[],
  input: Buffer,
): Promise<Buffer> {
  const child = spawn(program, [...first, "-v", "error", "-nostdin", ...args]);
  // If ffmpeg crashes, writing to it fails, but its exit code is what matters.
  child.stdin.on("error", () => undefined).end(input);
  const [output, messages, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "close"),
  ]);
  assert.equal(`${messages}`, "");
  assert.equal(code, 0);
  return output;
}

/**
 * Measures the signal-to-noise ratio of decoded audio, which is `DELAY_SAMPLES` late, in dB. LAME
 * makes low sample rates a little quieter, and that doesn't count as noise.
 */
function measure(wav: Buffer, pcm: Buffer, channels: number): number {
  const signal = new Int16Array(Uint8Array.from(wav.subarray(WAV_HEADER_BYTES)).buffer);
  const decoded = new Int16Array(Uint8Array.from(pcm).buffer).subarray(DELAY_SAMPLES * channels);
  let power = 0;
  let common = 0;
  let heard = 0;
  for (let index = 0; index < signal.length; index++) {
    const [value, other] = [signal[index] ?? 0, decoded[index] ?? 0];
    power += value ** 2;
    common += value * other;
    heard += other ** 2;
  }
  const kept = common ** 2 / power;
  return 10 * Math.log10(kept / (heard - kept));
}
