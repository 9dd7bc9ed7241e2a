/**
 * The layer's LAME has our vector code in its loops, and gives bits that one channel doesn't need
 * to the other. Its MP3s must be as close to their source as plain LAME's, and no larger without a
 * reason.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PRESETS } from "../../engine/encoding/presets.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { compareEncoders, measureEncoder, pipe } from "../media/compare-encoders.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { makeSignal, makeVowel } from "../media/make-signal.ts";
import { createRandom } from "../media/random.ts";

const SECONDS = 20;
/** Without the reservoir our LAME spends a little more at attacks (docs/adr/0041-vectors-in-lame.md). */
const GROWTH_AT_ATTACKS = 0.02;
/** Signal to noise, measured once with ffmpeg 5.1.9 and libmp3lame 3.100-6 of Debian 12. */
const VOWEL_DECIBELS = { v0: 46.8, v2: 40.2, "320": 74.3, "192": 59.1, "128": 45.1 };
const [{ path: ours, source }, plain] = await Promise.all([resolveFfmpeg(), findFullFfmpeg()]);

for (const quality of Object.keys(VOWEL_DECIBELS) as (keyof typeof VOWEL_DECIBELS)[]) {
  for (const sampleRate of [8000, 22_050, 44_100, 48_000]) {
    const channels = sampleRate === 22_050 ? 1 : 2;
    const format = { sampleRate, channels, samples: SECONDS * sampleRate } as const;
    test(`${quality} at ${sampleRate} Hz is as good as a plain LAME's`, () =>
      compareEncoders(
        [ours],
        [plain],
        makeSignal({ seed: sampleRate, ...format }),
        { quality, channels },
        PRESETS[quality].hasReservoir ? undefined : GROWTH_AT_ATTACKS,
      ));
  }

  // Tones are where a rounding can look like noise to the encoder.
  test(`${quality} of a sung vowel is as clean as Debian's LAME 3.100 makes it`, async () => {
    const wav = makeVowel({ sampleRate: 48_000, channels: 1, samples: 10 * 48_000 });
    const { signalToNoise } = await measureEncoder([ours], wav, { quality, channels: 1 });
    const wanted = source === "the lean build" ? VOWEL_DECIBELS[quality] : 20;
    assert.ok(signalToNoise > wanted - 0.5, `${signalToNoise}`);
  });

  test(`${quality} of near-silence is written`, async () => {
    const random = createRandom(5);
    const noise = Float32Array.from({ length: 192_000 }, () => (random() * 2 - 1) * 1e-21);
    const input = ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", "pipe:0"];
    const output = [...PRESETS[quality].args, "-f", "mp3", "pipe:1"];
    const mp3 = await pipe([ours], [...input, ...output], Buffer.from(noise.buffer));
    assert.ok(mp3.length > 2000);
  });
}
