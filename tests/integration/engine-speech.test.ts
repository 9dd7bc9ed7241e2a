import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseFrameHeader } from "../../engine/mp3/frame.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-speech-"));
after(() => rm(directory, { recursive: true }));

/** 2 s of silence, 3 s of a tone with a second of silence in its middle, 4 s of silence. */
const quietEnds = join(directory, "quiet-ends.flac");
const isHeard = "between(t,2,3)+between(t,4,5)";
await generate(
  `-f lavfi -i aevalsrc='0.3*sin(880*PI*t)*(${isHeard})|0.3*sin(660*PI*t)*(${isHeard})':s=48000:d=9 ${quietEnds}`,
);

const durationOf = async (options: Parameters<typeof convertFile>[1]) => {
  const { outcome } = await convertFile(quietEnds, options);
  assert(outcome.kind === "converted", JSON.stringify(outcome));
  return outcome.durationSeconds;
};

test("speech is one channel, at a variable rate", async () => {
  const { outcome, sink } = await convertFile(quietEnds, { quality: "speech" });
  assert(outcome.kind === "converted", JSON.stringify(outcome));
  const mp3 = sink.mp3 ?? Buffer.alloc(0);
  const tagBytes = 10 + mp3.subarray(6, 10).reduce((size, byte) => size * 128 + byte, 0);
  assert.equal(parseFrameHeader(mp3, tagBytes)?.channels, 1);
  assert(mp3.subarray(tagBytes, tagBytes + 64).includes("Xing"));
});

test("96 is 96 kbit/s", async () => {
  const { sink } = await convertFile(quietEnds, { quality: "96" });
  const differenceBytes = (sink.mp3?.length ?? 0) - 9 * 12_000;
  assert(Math.abs(differenceBytes) < 2000, `${differenceBytes}`);
});

test("silence is dropped at both ends and kept in between", async () => {
  for (const workers of [1, 2]) {
    const seconds = await durationOf({ trimSilence: true, workers });
    assert(Math.abs(seconds - 3.4) < 0.05, `${seconds}`);
  }
  assert(Math.abs((await durationOf({})) - 9) < 0.01);
});

test("silence is dropped at the ends of a selection", async () => {
  const seconds = await durationOf({ trimSilence: true, startSeconds: 2.5, endSeconds: 6 });
  assert(Math.abs(seconds - 2.7) < 0.05, `${seconds}`);
});

test("without its silence, the MP3 begins with the tone", async () => {
  const { sink } = await convertFile(quietEnds, { trimSilence: true, loudness: -20 });
  const { pcm } = await decodeMp3(sink.mp3 ?? Buffer.alloc(0), directory, 48_000);
  const first = pcm.findIndex((sample) => Math.abs(sample) > 0.05);
  assert(Math.abs(first / 2 / 48_000 - 0.2) < 0.02, `${first}`);
});

test("a recording of nothing but silence keeps its length", async () => {
  const silent = join(directory, "silent.flac");
  await generate(`-f lavfi -i anullsrc=r=48000:d=3 -t 3 ${silent}`);
  const { outcome } = await convertFile(silent, { trimSilence: true });
  assert(outcome.kind === "converted" && Math.abs(outcome.durationSeconds - 3) < 0.01);
});
