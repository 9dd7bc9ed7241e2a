import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { readMovie } from "../../engine/containers/mp4/movie.ts";
import { planReads } from "../../engine/reading/read-plan.ts";
import { readerOf } from "../fakes/buffer-reader.ts";
import { createRandom } from "../media/random.ts";

const signal = new AbortController().signal;

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
};

/** Makes a video with one audio track: 10 chunks of 2 samples of 100 bytes, `gap` bytes apart. */
function makeMovie(
  options: { gap?: number; format?: string; handler?: string; tags?: Buffer } = {},
): Buffer {
  const { gap = 50, format = "mp4a", handler = "soun", tags = Buffer.alloc(0) } = options;
  const ftyp = makeBox("ftyp", Buffer.from("isom"), u32(0));
  const build = (dataStart: number) => {
    const offsets = Array.from({ length: 10 }, (_, chunk) => dataStart + chunk * (200 + gap));
    const stbl = makeBox(
      "stbl",
      makeBox("stsd", u32(0, 1), makeBox(format, Buffer.alloc(28))),
      makeBox("stts", u32(0, 1, 20, 1024)),
      makeBox("stsc", u32(0, 1, 1, 2, 1)),
      makeBox("stsz", u32(0, 0, 20, ...Array(20).fill(100))),
      makeBox("stco", u32(0, 10, ...offsets)),
    );
    const mdia = makeBox(
      "mdia",
      makeBox("mdhd", u32(0, 0, 0, 48000, 20480, 0)),
      makeBox("hdlr", u32(0, 0), Buffer.from(handler), u32(0, 0, 0)),
      makeBox("minf", stbl),
    );
    const tkhd = makeBox("tkhd", u32(1, 0, 0, 1, 0, 0), Buffer.alloc(60));
    const mvhd = makeBox("mvhd", u32(0, 0, 0, 1000, 427), Buffer.alloc(80));
    return makeBox("moov", mvhd, makeBox("trak", tkhd, mdia), makeBox("udta", tags));
  };
  const dataStart = ftyp.length + build(0).length + 8;
  return Buffer.concat([ftyp, build(dataStart), makeBox("mdat", Buffer.alloc(10 * (200 + gap)))]);
}

test("the index has the audio's places and length", async () => {
  const movie = await readMovie(readerOf(makeMovie()), signal);
  assert.ok(movie.kind === "indexed");
  assert.equal(movie.extents.count, 10);
  assert.equal(movie.extents.totalBytes, 2000);
  assert.equal(movie.track.durationSeconds, 20480 / 48000);
});

/** iTunes' tag with 2,048 samples of priming, 432 of padding, and 18,000 between them. */
const ITUNES_TAG = makeBox(
  "ilst",
  makeBox(
    "----",
    makeBox("mean", u32(0), Buffer.from("com.apple.iTunes")),
    makeBox("name", u32(0), Buffer.from("iTunSMPB")),
    makeBox("data", u32(1, 0), Buffer.from(" 00000000 00000800 000001B0 0000000000004650 0")),
  ),
);

test("without an edit list, iTunes' tag gives the priming and the length", async () => {
  const tags = makeBox("meta", u32(0), ITUNES_TAG);
  const movie = await readMovie(readerOf(makeMovie({ tags })), signal);
  assert.ok(movie.kind === "indexed");
  assert.equal(movie.track.primingSeconds, 2048 / 48000);
  assert.equal(movie.track.durationSeconds, 18_000 / 48000);
  // With the tag left in, ffmpeg would cut off the priming again.
  assert.equal(movie.header.indexOf("iTunSMPB"), -1);
});

test("the index is read even if the tags can't be", async () => {
  for (const tags of [makeBox("meta", ITUNES_TAG), makeBox("meta", u32(0, 9, 9, 9, 9))]) {
    const movie = await readMovie(readerOf(makeMovie({ tags })), signal);
    assert.ok(movie.kind === "indexed");
    assert.equal(movie.track.durationSeconds, 20480 / 48000);
  }
});

test("adjacent chunks form one run", async () => {
  const movie = await readMovie(readerOf(makeMovie({ gap: 0 })), signal);
  assert.ok(movie.kind === "indexed");
  assert.equal(movie.extents.count, 1);
});

test("a copy-protected track is reported as encrypted", async () => {
  const movie = await readMovie(readerOf(makeMovie({ format: "enca" })), signal);
  assert.equal(movie.kind === "unusable-track" && movie.code, "encrypted");
});

test("a video without audio is reported", async () => {
  const movie = await readMovie(readerOf(makeMovie({ handler: "vide" })), signal);
  assert.equal(movie.kind === "failed" && movie.code, "no-audio-track");
});

test("a file that ends within its audio is truncated", async () => {
  const bytes = makeMovie();
  const movie = await readMovie(readerOf(bytes.subarray(0, bytes.length - 400)), signal);
  assert.match((movie.kind === "unindexed" && movie.missingEnd) || "", /ends at byte/);
});

test("damaged boxes soon give an outcome, and never another error", async () => {
  const random = createRandom(7);
  const original = makeMovie();
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(original);
    for (let flips = 1 + Math.floor(random() * 6); flips > 0; flips--) {
      const at = Math.floor(random() * (original.length - 2600));
      bytes[at] = random() < 0.5 ? 0xff : Math.floor(random() * 256);
    }
    const movie = await readMovie(readerOf(bytes), signal);
    if (movie.kind !== "indexed") continue;
    const plan = planReads(movie.extents);
    for (const span of plan.spans) {
      assert.ok(span.startByte >= 0 && span.endByte <= bytes.length, `round ${round}`);
    }
  }
});

const extentsOf = (count: number, bytes: number, gap: number) => ({
  count,
  starts: Float64Array.from({ length: count }, (_, index) => index * (bytes + gap)),
  sizes: new Uint32Array(count).fill(bytes),
  totalBytes: count * bytes,
  runs: [],
});

test("an hour of chunks a second apart is fetched by ranges, within the request budget", () => {
  const plan = planReads(extentsOf(3600, 16_000, 625_000));
  assert.equal(plan.kind, "audio-ranges");
  assert.ok(plan.spans.length <= 1.2 * 3600);
  assert.ok(plan.bytes <= 0.04 * 3600 * 641_000);
});

test("finely interleaved audio is fetched in one pass with few requests", () => {
  const plan = planReads(extentsOf(90_000, 650, 25_000));
  assert.equal(plan.kind, "sequential");
  assert.ok(plan.spans.length / (plan.bytes / 1e9) < 400);
});
