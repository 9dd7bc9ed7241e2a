/** Fragments are fetched in parallel if the file has an index of them, right or wrong. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { FragmentedSource } from "../../engine/containers/mp4/fragmented-source.ts";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { readMovie } from "../../engine/containers/mp4/movie.ts";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";
import { listBoxes } from "../../parsing/box.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const directory = await mkdtemp(join(tmpdir(), "tapedeck-fragments-"));
after(() => rm(directory, { recursive: true, force: true }));

/** Stands in for pictures. Without them, fragments are too small to be fetched one by one. */
const pictures = makeBox("free", Buffer.alloc(3_000_000));

const path = join(directory, "fragments.mp4");
await promisify(execFile)(await findFullFfmpeg(), [
  ...toArguments({ v: "error", f: "lavfi", i: "sine=duration=40", "c:a": "aac" }),
  ...toArguments({
    movflags: "empty_moov+default_base_moof+skip_trailer",
    frag_duration: "2000000",
  }),
  path,
]);
const plain = await readFile(path);
const boxes = listBoxes(plain, 0, plain.length);
const first = boxes.findIndex(({ type }) => type === "moof");
const head = plain.subarray(0, boxes[first]?.start);
const fragments = boxes
  .filter(({ type }) => type === "moof")
  .map(({ start }, index, all) => plain.subarray(start, all[index + 1]?.start ?? plain.length));

const pad = (bytes: Buffer) => Buffer.concat([bytes, pictures]);
const starts = fragments.map((_, index) =>
  fragments.slice(0, index).reduce((at, bytes) => at + pad(bytes).length, head.length),
);

/** `mfra` at the end, ISO/IEC 14496-12 §8.8.9. */
function makeRandomAccess(offsets: readonly number[]): Buffer {
  const body = Buffer.alloc(16 + offsets.length * 11, 1);
  body.writeUInt32BE(0, 0);
  body.writeUInt32BE(0, 8);
  body.writeUInt32BE(offsets.length, 12);
  for (const [index, offset] of offsets.entries()) body.writeUInt32BE(offset, 20 + index * 11);
  const size = Buffer.alloc(8);
  size.writeUInt32BE(8 + 8 + body.length + 16, 4);
  return makeBox("mfra", makeBox("tfra", body), makeBox("mfro", size));
}

/** `sidx` before the first fragment, §8.16.3. */
function makeSegmentIndex(sizes: readonly number[]): Buffer {
  const body = Buffer.alloc(24 + sizes.length * 12);
  body.writeUInt16BE(sizes.length, 22);
  for (const [index, size] of sizes.entries()) body.writeUInt32BE(size, 24 + index * 12);
  return makeBox("sidx", body);
}

/** Reads the bytes that ffmpeg gets, and counts the most requests in flight. */
async function readAudio(file: Buffer) {
  let inFlight = 0;
  let most = 0;
  const source = {
    sizeBytes: file.length,
    async *read(start: number, end: number) {
      most = Math.max(most, ++inFlight);
      try {
        await delay(20);
        yield file.subarray(start, end);
      } finally {
        inFlight--;
      }
    },
  };
  const reader = new RangeReader(source);
  const signal = new AbortController().signal;
  const movie = await readMovie(reader, signal);
  assert.ok(movie.kind === "fragmented");
  const made = new FragmentedSource(reader, movie.header, movie.defaults, movie.endByte);
  const chunks: Buffer[] = [];
  for await (const chunk of made.stream(signal)) chunks.push(Buffer.from(chunk));
  assert.equal(made.found.missingEnd, undefined);
  return { audio: Buffer.concat(chunks), most };
}

const padded = [head, ...fragments.map(pad)];
const serial = await readAudio(Buffer.concat(padded));

test("without an index, fragments are read in turn", () => {
  assert.ok(fragments.length > 15);
  assert.ok(serial.most <= 3, `${serial.most} requests at a time`);
});

test("with an index at the end, they are read in parallel, with the same result", async () => {
  const indexed = await readAudio(Buffer.concat([...padded, makeRandomAccess(starts)]));
  assert.deepEqual(indexed.audio, serial.audio);
  assert.ok(indexed.most > serial.most, `${indexed.most} requests at a time`);
});

test("with an index at the start, they are read in parallel, too", async () => {
  const index = makeSegmentIndex(fragments.map((bytes) => pad(bytes).length));
  const indexed = await readAudio(Buffer.concat([head, index, ...fragments.map(pad)]));
  assert.deepEqual(indexed.audio, serial.audio);
  assert.ok(indexed.most > serial.most, `${indexed.most} requests at a time`);
});

for (const [title, offsets] of Object.entries({
  "that is wrong everywhere": starts.map((start) => start + 100),
  "that leaves out every other fragment": starts.filter((_, index) => index % 2 === 0),
  "that names places twice and beyond the end": [...starts, ...starts, 0xfffffff0],
  "whose places are within tables": starts.map((start) => start + 8),
})) {
  test(`an index ${title} changes only which bytes are read`, async () => {
    const misled = await readAudio(Buffer.concat([...padded, makeRandomAccess(offsets)]));
    assert.deepEqual(misled.audio, serial.audio);
  });
}
