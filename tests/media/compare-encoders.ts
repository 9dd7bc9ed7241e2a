import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { PRESETS } from "../../functions/converter/engine/presets.ts";
import type { Quality } from "../../functions/core/conversion.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";
import { makeSignal } from "./make-signal.ts";

const WAV_HEADER_BYTES = 44;
/** LAME's delay with that of a decoder, in samples (xing-header.ts). */
const DELAY_SAMPLES = 576 + 529;

/** An ffmpeg, perhaps behind an emulator. */
type Command = readonly string[];

/** Fails if the MP3 of `changed` has another size than that of `reference` or is further from its source. */
export async function compareEncoders(
  changed: Command,
  reference: Command,
  sound: { quality: Quality; sampleRate: number; channels: 1 | 2; seconds: number },
): Promise<void> {
  const { quality, sampleRate, channels, seconds } = sound;
  const samples = seconds * sampleRate;
  const wav = makeSignal({ seed: sampleRate, sampleRate, channels, samples });
  // One decoder for both.
  const decoder = [await findFullFfmpeg()];
  const encode = async (ffmpeg: Command) => {
    const args = [...PRESETS[quality].args, "-write_xing", "0", "-f", "mp3", "pipe:1"];
    const mp3 = await pipe(ffmpeg, ["-f", "wav", "-i", "pipe:0", ...args], wav);
    const raw = ["-f", "mp3", "-i", "pipe:0", "-f", "s16le", "pipe:1"];
    const pcm = await pipe(decoder, raw, mp3);
    return { bytes: mp3.length, signalToNoise: measure(wav, pcm, channels) };
  };
  const [ours, theirs] = await Promise.all([encode(changed), encode(reference)]);
  const figures = JSON.stringify({ ours, theirs });
  assert.ok(Math.abs(ours.bytes / theirs.bytes - 1) < 0.005, `size: ${figures}`);
  assert.ok(ours.signalToNoise > theirs.signalToNoise - 0.1, `noise: ${figures}`);
}

async function pipe(
  [program = "", ...first]: Command,
  args: readonly string[],
  input: Buffer,
): Promise<Buffer> {
  const child = spawn(program, [...first, "-v", "error", "-nostdin", ...args]);
  child.stdin.end(input);
  const [output, messages] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  assert.equal(`${messages}`, "");
  return output;
}

/** Signal to noise in dB of what a decoder gives, which is `DELAY_SAMPLES` late. */
function measure(wav: Buffer, pcm: Buffer, channels: number): number {
  const signal = new Int16Array(Uint8Array.from(wav.subarray(WAV_HEADER_BYTES)).buffer);
  const decoded = new Int16Array(Uint8Array.from(pcm).buffer);
  const delay = DELAY_SAMPLES * channels;
  let power = 0;
  let noise = 0;
  for (let index = 0; index < signal.length; index++) {
    const value = signal[index] ?? 0;
    power += value ** 2;
    noise += (value - (decoded[index + delay] ?? 0)) ** 2;
  }
  return 10 * Math.log10(power / noise);
}
