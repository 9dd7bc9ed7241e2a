import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { cpus } from "node:os";
import { test } from "node:test";
import type { Quality } from "../../contract/conversion.ts";
import { JoinMismatch } from "../../engine/encoding/frame-joiner.ts";
import { PRESETS } from "../../engine/encoding/presets.ts";
import { countFrameSamples } from "../../engine/encoding/segment-plan.ts";
import { transcode } from "../../engine/encoding/transcode.ts";
import type { TranscodeJob } from "../../engine/encoding/transcode-job.ts";
import { startLoopbackServer } from "../../engine/ffmpeg/loopback-server.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { makeSignal, makeTicking } from "../media/make-signal.ts";
import { createRandom } from "../media/random.ts";

/** `ENGINE_CASES=2000 ENGINE_SECONDS=100 ENGINE_SEED=1 node --test` is the long form. */
const CASES = Number(process.env.ENGINE_CASES ?? 24);
const SEED = Number(process.env.ENGINE_SEED ?? 20261122);
const SECONDS = Number(process.env.ENGINE_SECONDS ?? 32);

const RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
const { path: ffmpegPath } = await resolveFfmpeg();

type Job = Omit<TranscodeJob, "ffmpegPath" | "input">;

/**
 * Encodes with one encoder and with several. Returns what differs, and whether a join noticed a
 * difference.
 */
async function compareEncodes(wav: Buffer, label: string, job: Job) {
  const source = {
    sizeBytes: wav.length,
    async *read(startByte: number, endByte: number) {
      yield wav.subarray(startByte, endByte);
    },
  };
  await using server = await startLoopbackServer(source);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]);
  const encode = async (workers: number, onFrame: (frame: Uint8Array) => void) => {
    const { ends, samples } = await transcode(
      { ...job, ffmpegPath, input: { url: server.url, streamIndex: 0 }, workers },
      async (frames) => {
        for (const frame of frames) onFrame(frame);
      },
      signal,
    );
    for (const end of ends) assert.ok(end.succeeded, `${label}: ${end.messages}`);
    return samples;
  };
  const serial: string[] = [];
  const digest = (frame: Uint8Array) => hash("sha1", frame, "base64");
  const samples = await encode(1, (frame) => serial.push(digest(frame)));
  const different: string[] = [];
  let frames = 0;
  const compare = (frame: Uint8Array) => {
    if (serial[frames] !== digest(frame)) different.push(`${label}: frame ${frames}`);
    frames++;
  };
  try {
    if ((await encode(job.workers, compare)) !== samples) different.push(`${label}: samples`);
    if (frames !== serial.length) different.push(`${label}: ${frames} of ${serial.length}`);
  } catch (error) {
    // Encoders that disagree are noticed before a wrong frame is written: convertMedia goes on
    // from there with one encoder. It happens for constant rates only.
    if (!(error instanceof JoinMismatch)) throw error;
    if (job.preset.vbrScale !== undefined) different.push(`${label}: ${error.message}`);
    return { different, noticed: 1 };
  } finally {
    // Without this, the other encoders would wait for a reader.
    stop.abort();
  }
  return { different, noticed: 0 };
}

test(`parallel encoding gives the serial bytes in ${CASES} cases drawn from seed ${SEED}`, async (t) => {
  const different: string[] = [];
  let noticed = 0;
  let next = 0;
  const runNext = async (): Promise<void> => {
    while (next < CASES) {
      const { wav, label, job } = drawCase(SEED + next++);
      const found = await compareEncodes(wav, label, job);
      different.push(...found.different);
      noticed += found.noticed;
    }
  };
  await Promise.all(cpus().map(runNext));
  t.diagnostic(`encoders that disagreed, noticed at the join: ${noticed}`);
  assert.deepEqual(different, []);
});

/** With clicks between silences, LAME's state takes longest to settle (segment-plan.ts). */
for (const [quality, sampleRate] of [
  ["v2", 44_100],
  ["v0", 48_000],
] as const) {
  test(`encoders agree on a ticking clock: ${quality} at ${sampleRate} Hz`, async () => {
    const frame = countFrameSamples(sampleRate);
    const wav = makeTicking({
      sampleRate,
      channels: 1,
      samples: 1400 * frame,
      clickSamples: Math.round(2.2 * frame),
    });
    const { different } = await compareEncodes(wav, "ticking", {
      preset: PRESETS[quality],
      sampleRate,
      sourceRate: sampleRate,
      channels: 1,
      trackSeconds: undefined,
      startSeconds: 0,
      endSeconds: undefined,
      gainDb: 0,
      clampedAtDb: undefined,
      workers: 2,
      segmentSeconds: 1,
    });
    assert.deepEqual(different, []);
  });
}

function drawCase(seed: number) {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const sampleRate = pick(RATES);
  const channels = pick([1, 2] as const);
  const quality = pick(Object.keys(PRESETS) as Quality[]);
  const workers = pick([2, 2, 3, 4, 6]);
  const segmentSeconds = 0.5 + random() * 8;
  const samples = Math.floor(sampleRate * random() * SECONDS) + 1;
  const endSeconds = random() < 0.3 ? (samples / sampleRate) * (0.5 + random() / 2) : undefined;
  const startSeconds = random() < 0.3 ? (samples / sampleRate) * random() * 0.5 : 0;
  const label = `seed ${seed}: ${quality}, ${sampleRate} Hz, ${channels} ch, ${samples} samples, ${workers} workers, ${segmentSeconds.toFixed(2)} s, from ${startSeconds} to ${endSeconds}`;
  return {
    label,
    wav: makeSignal({ seed, sampleRate, channels, samples }),
    job: {
      preset: PRESETS[quality],
      sampleRate,
      sourceRate: sampleRate,
      channels,
      trackSeconds: undefined,
      startSeconds,
      endSeconds,
      gainDb: random() < 0.2 ? -3.5 : 0,
      clampedAtDb: undefined,
      workers,
      segmentSeconds,
    },
  };
}
