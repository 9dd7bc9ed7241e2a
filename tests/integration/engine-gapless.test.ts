import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { promisify } from "node:util";
import type { EngineOptions } from "../../engine/types.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { findSweepLag, SWEEP, SWEEP_SECONDS } from "../media/sweep.ts";

const RATE = 48000;

const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), "engine-gapless-"));
after(() => rm(directory, { recursive: true }));

async function makeSweep(name: string, ...args: string[]) {
  const path = join(directory, name);
  const input = `aevalsrc=${SWEEP}:s=${RATE}:d=${SWEEP_SECONDS}`;
  const ffmpeg = await findFullFfmpeg();
  await run(ffmpeg, ["-v", "error", "-y", "-f", "lavfi", "-i", input, ...args, path]);
  return path;
}

async function convertHere(path: string, options: Partial<EngineOptions> = {}) {
  const { outcome, sink } = await convertFile(path, options);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { samples, pcm } = await decodeMp3(sink.mp3 as Buffer, directory, RATE);
  assert.equal(samples, Math.round(outcome.durationSeconds * RATE));
  return { samples, pcm, lag: findSweepLag(pcm, RATE) };
}

/** Containers that declare an encoder's priming and padding, with the codecs that have some. */
const EXACT: Readonly<Record<string, string[]>> = {
  "aac.mp4": ["-c:a", "aac"],
  "ac3.mp4": ["-c:a", "ac3"],
  "eac3.mp4": ["-c:a", "eac3"],
  "mp3.mp4": ["-c:a", "libmp3lame"],
  "opus.mp4": ["-c:a", "libopus"],
  "ac3.mkv": ["-c:a", "ac3"],
  "eac3.mkv": ["-c:a", "eac3"],
  "mp3.mkv": ["-c:a", "libmp3lame"],
  "opus.mkv": ["-c:a", "libopus"],
  "vorbis.mkv": ["-c:a", "libvorbis"],
};

suite("audio starts and ends where the source's did, to the sample", { concurrency: 1 }, () => {
  for (const [name, args] of Object.entries(EXACT)) {
    test(name, async () => {
      const { samples, lag } = await convertHere(await makeSweep(name, ...args));
      assert.equal(samples, SWEEP_SECONDS * RATE);
      assert.equal(lag, 0);
    });
  }
});

test("an MP3 track of Matroska does so even if it is encoded again", async () => {
  const path = await makeSweep("mp3-320.mkv", "-c:a", "libmp3lame", "-b:a", "320k");
  const { samples, lag } = await convertHere(path, { quality: "192" });
  assert.equal(samples, SWEEP_SECONDS * RATE);
  assert.equal(lag, 0);
});

test("the priming of AAC in Matroska is cut off, with pictures or without, but its padding is unknown", async () => {
  const pictures = ["-f", "lavfi", "-i", `testsrc2=s=160x120:r=25:d=${SWEEP_SECONDS}`];
  const video = [...pictures, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"];
  for (const [name, args] of Object.entries({ "aac.mka": ["-c:a", "aac"], "aac.mkv": video })) {
    const { samples, lag } = await convertHere(await makeSweep(name, ...args));
    assert.ok(samples >= SWEEP_SECONDS * RATE && samples < SWEEP_SECONDS * RATE + 1024, name);
    assert.equal(lag, 0, name);
  }
});

test("a selection of AAC in Matroska begins where it should", async () => {
  const path = await makeSweep("selected.mka", "-c:a", "aac");
  const whole = await convertHere(path);
  assert.equal(whole.lag, 0);
  const { samples, pcm } = await convertHere(path, { startSeconds: 1, endSeconds: 2.5 });
  // Matroska's times are whole milliseconds, and cuts inside the audio go by times.
  assert.ok(Math.abs(samples - 1.5 * RATE) <= RATE / 1000, `${samples} samples`);
  const moved = new Float32Array(2 * (RATE + samples));
  moved.set(pcm, 2 * RATE);
  const lag = findSweepLag(moved, RATE, 1) ?? Number.NaN;
  assert.ok(Math.abs(lag) <= RATE / 1000, `lag ${lag}`);
});

test("the priming of fragments is cut off, but their padding is unknown", async () => {
  const args = ["-c:a", "aac", "-movflags", "+frag_keyframe+delay_moov"];
  const { samples, lag } = await convertHere(await makeSweep("fragments.mp4", ...args));
  assert.ok(samples >= SWEEP_SECONDS * RATE && samples < SWEEP_SECONDS * RATE + 1024);
  assert.equal(lag, 0);
});
