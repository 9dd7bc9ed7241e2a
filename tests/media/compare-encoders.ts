import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import type { Quality } from "../../contract/conversion.ts";
import { PRESETS } from "../../engine/encoding/presets.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const WAV_HEADER_BYTES = 44;
/** LAME's delay with that of a decoder, in samples (xing-header.ts). */
const DELAY_SAMPLES = 576 + 529;

/** An ffmpeg, perhaps behind an emulator. */
type Command = readonly string[];

interface Sound {
  quality: Quality;
  channels: 1 | 2;
}

/** By which share an MP3 may be smaller, or larger if nothing else is allowed. */
const TOLERATED_SHARE = 0.005;

/**
 * Fails if the MP3 that `changed` makes of a WAV is further from it than that of `reference`, or of
 * another size; it may be larger by `mostGrowth`.
 */
export async function compareEncoders(
  changed: Command,
  reference: Command,
  wav: Buffer,
  sound: Sound,
  mostGrowth = TOLERATED_SHARE,
): Promise<void> {
  const [ours, theirs] = await Promise.all([
    measureEncoder(changed, wav, sound),
    measureEncoder(reference, wav, sound),
  ]);
  const figures = JSON.stringify({ ours, theirs });
  const growth = ours.bytes / theirs.bytes - 1;
  assert.ok(growth > -TOLERATED_SHARE && growth < mostGrowth, `size: ${figures}`);
  assert.ok(ours.signalToNoise > theirs.signalToNoise - 0.1, `noise: ${figures}`);
}

/** Size and signal to noise of the MP3 that an ffmpeg makes of a WAV with a preset's settings. */
export async function measureEncoder(ffmpeg: Command, wav: Buffer, { quality, channels }: Sound) {
  const args = [...PRESETS[quality].args, "-write_xing", "0", "-f", "mp3", "pipe:1"];
  const mp3 = await pipe(ffmpeg, ["-f", "wav", "-i", "pipe:0", ...args], wav);
  const raw = ["-f", "mp3", "-i", "pipe:0", "-f", "s16le", "pipe:1"];
  // One decoder for all.
  const pcm = await pipe([await findFullFfmpeg()], raw, mp3);
  return { bytes: mp3.length, signalToNoise: measure(wav, pcm, channels) };
}

/** What an ffmpeg makes of its standard input. Fails unless it ends well and silently. */
export async function pipe(
  [program = "", ...first]: Command,
  args: readonly string[],
  input: Buffer,
): Promise<Buffer> {
  const child = spawn(program, [...first, "-v", "error", "-nostdin", ...args]);
  // One that crashes doesn't read on; its exit code tells.
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
 * Signal to noise in dB of what a decoder gives, which is `DELAY_SAMPLES` late. LAME makes low rates a
 * little quieter, which is no noise.
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
