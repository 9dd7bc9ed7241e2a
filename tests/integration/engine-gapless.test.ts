import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { promisify } from "node:util";
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

async function convertHere(path: string) {
  const { outcome, sink } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { samples, pcm } = await decodeMp3(sink.mp3 as Buffer, directory, RATE);
  assert.equal(samples, Math.round(outcome.durationSeconds * RATE));
  return { samples, lag: findSweepLag(pcm, RATE) };
}

/** Containers that tell an encoder's priming and padding, with the codecs that have some. */
const EXACT: Readonly<Record<string, string[]>> = {
  "aac.mp4": ["-c:a", "aac"],
  "ac3.mp4": ["-c:a", "ac3"],
  "eac3.mp4": ["-c:a", "eac3"],
  "mp3.mp4": ["-c:a", "libmp3lame"],
  "opus.mp4": ["-c:a", "libopus"],
};

suite("sound begins and ends where the source's did, to the sample", { concurrency: 1 }, () => {
  for (const [name, args] of Object.entries(EXACT)) {
    test(name, async () => {
      const { samples, lag } = await convertHere(await makeSweep(name, ...args));
      assert.equal(samples, SWEEP_SECONDS * RATE);
      assert.equal(lag, 0);
    });
  }
});

test("the priming of fragments is cut off; their padding isn't told", async () => {
  const args = ["-c:a", "aac", "-movflags", "+frag_keyframe+delay_moov"];
  const { samples, lag } = await convertHere(await makeSweep("fragments.mp4", ...args));
  assert.ok(samples >= SWEEP_SECONDS * RATE && samples < SWEEP_SECONDS * RATE + 1024);
  assert.equal(lag, 0);
});
