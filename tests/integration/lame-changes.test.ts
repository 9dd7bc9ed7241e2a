/**
 * The layer's LAME has vector code of ours in its loops. It may round otherwise than a plain LAME, but
 * its MP3s must be neither larger nor further from their source.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { PRESETS } from "../../functions/converter/engine/presets.ts";
import type { Quality } from "../../functions/core/conversion.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { makeSignal } from "../media/make-signal.ts";

const SECONDS = 20;
const WAV_HEADER_BYTES = 44;
/** LAME's delay with that of a decoder, in samples (xing-header.ts). */
const DELAY_SAMPLES = 576 + 529;

const [{ path: ours }, plain] = await Promise.all([resolveFfmpeg(), findFullFfmpeg()]);

for (const quality of Object.keys(PRESETS) as Quality[]) {
  for (const sampleRate of [8000, 22_050, 44_100, 48_000]) {
    const channels = sampleRate === 22_050 ? 1 : 2;
    test(`${quality} at ${sampleRate} Hz is what a plain LAME makes but for rounding`, async () => {
      const wav = makeSignal({
        seed: sampleRate,
        sampleRate,
        channels,
        samples: SECONDS * sampleRate,
      });
      const encode = async (ffmpeg: string) => {
        const args = [...PRESETS[quality].args, "-write_xing", "0", "-f", "mp3", "pipe:1"];
        const mp3 = await pipe(ffmpeg, ["-f", "wav", "-i", "pipe:0", ...args], wav);
        // One decoder for both.
        const raw = ["-f", "mp3", "-i", "pipe:0", "-f", "s16le", "pipe:1"];
        const pcm = await pipe(plain, raw, mp3);
        return { bytes: mp3.length, signalToNoise: compare(wav, pcm, channels) };
      };
      const [changed, reference] = await Promise.all([encode(ours), encode(plain)]);
      assert.ok(Math.abs(changed.bytes / reference.bytes - 1) < 0.005, "size");
      assert.ok(changed.signalToNoise > reference.signalToNoise - 0.1, "noise");
    });
  }
}

async function pipe(ffmpeg: string, args: readonly string[], input: Buffer): Promise<Buffer> {
  const child = spawn(ffmpeg, ["-v", "error", "-nostdin", ...args]);
  child.stdin.end(input);
  const [output, messages] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  assert.equal(`${messages}`, "");
  return output;
}

/** Signal to noise in dB of what a decoder gives, which is `DELAY_SAMPLES` late. */
function compare(wav: Buffer, pcm: Buffer, channels: number): number {
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
