/** The lean build's LAME quantises in a second thread. With one thread it must write the same bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quality } from "../../contract/conversion.ts";
import { PRESETS } from "../../engine/encoding/presets.ts";
import { countEncoderThreads } from "../../engine/ffmpeg/encoder-threads.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { pipe } from "../media/compare-encoders.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { makeSignal } from "../media/make-signal.ts";
import { createRandom } from "../media/random.ts";

/** `LAME_CASES=2000 LAME_SECONDS=60 LAME_SEED=1 node --test` is the long form. */
const CASES = Number(process.env.LAME_CASES ?? 30);
const SECONDS = Number(process.env.LAME_SECONDS ?? 12);
const SEED = Number(process.env.LAME_SEED ?? 20261126);

const RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
const { path: ours, source } = await resolveFfmpeg();

test("the engine knows how many threads an encoder has", async () => {
  assert.equal(await countEncoderThreads(ours), source === "the lean build" ? 2 : 1);
  assert.equal(await countEncoderThreads(await findFullFfmpeg()), 1);
});

test(`two threads write the same as one in ${CASES} cases drawn from seed ${SEED}`, async () => {
  for (let seed = SEED; seed < SEED + CASES; seed++) {
    const random = createRandom(seed);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const sampleRate = pick(RATES);
    const channels = pick([1, 2] as const);
    const quality = pick(Object.keys(PRESETS) as Quality[]);
    // Half of them are about as long as the frames that are between the threads.
    const seconds = random() * pick([0.7, SECONDS]);
    const samples = Math.floor(sampleRate * seconds) + 1;
    const wav = makeSignal({ seed, sampleRate, channels, samples });
    const encode = (threads: readonly string[]) =>
      pipe(
        [ours],
        [
          ...["-f", "wav", "-i", "pipe:0", ...PRESETS[quality].args, ...threads],
          ...["-write_xing", "0", "-f", "mp3", "pipe:1"],
        ],
        wav,
      );
    const [two, one] = await Promise.all([encode([]), encode(["-threads", "1"])]);
    assert.ok(one.length > 0);
    assert.ok(one.equals(two), `seed ${seed}: ${quality}, ${sampleRate} Hz, ${samples} samples`);
  }
});
