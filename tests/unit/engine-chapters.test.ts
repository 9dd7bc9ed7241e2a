import assert from "node:assert/strict";
import { test } from "node:test";
import { listMp4Chapters } from "../../client/soundtrack/edit-list.ts";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { openBox } from "../../parsing/box.ts";
import { findChapterSamples, readChapters } from "../../parsing/chapter-track.ts";
import { readerOf } from "../fakes/buffer-reader.ts";
import { createRandom } from "../media/random.ts";

const signal = new AbortController().signal;

const readOf = (reader: ReturnType<typeof readerOf>) => (startByte: number, endByte: number) =>
  reader.readAll(startByte, endByte, signal);

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
};

const toSample = (text: Buffer) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text]);
};

function makeTrack(id: number, handler: string, ...stbl: Buffer[]): Buffer[] {
  return [
    makeBox("tkhd", u32(1, 0, 0, id, 0, 0), Buffer.alloc(60)),
    makeBox(
      "mdia",
      makeBox("mdhd", u32(0, 0, 0, 1000, 0, 0)),
      makeBox("hdlr", u32(0, 0), Buffer.from(handler), u32(0, 0, 0)),
      makeBox("minf", makeBox("stbl", ...stbl)),
    ),
  ];
}

/** Makes a video of chapter titles, two seconds each, in chunks of two: its data, then its movie box. */
function makeVideo(titles: readonly Buffer[], dataStart = 0) {
  const samples = titles.map(toSample);
  const data = Buffer.concat(samples);
  const chunks = samples.filter((_, index) => index % 2 === 0);
  let at = dataStart;
  const offsets = chunks.map((_, chunk) => {
    const start = at;
    at += samples[chunk * 2]?.length ?? 0;
    at += samples[chunk * 2 + 1]?.length ?? 0;
    return start;
  });
  const sound = makeTrack(1, "soun");
  const chapters = makeTrack(
    2,
    "text",
    makeBox("stts", u32(0, 1, samples.length, 2000)),
    makeBox("stsc", u32(0, 1, 1, 2, 1)),
    makeBox("stsz", u32(0, 0, samples.length, ...samples.map(({ length }) => length))),
    makeBox("stco", u32(0, offsets.length, ...offsets)),
  );
  const reference = makeBox("tref", makeBox("chap", u32(2)));
  const moov = makeBox("moov", makeBox("trak", ...sound, reference), makeBox("trak", ...chapters));
  return { data, moov };
}

test("titles are read from the text track, whatever their encoding", async () => {
  const bigEndian = Buffer.from("\ufeffZwöi", "utf16le").swap16();
  const { data, moov } = makeVideo([Buffer.from("Eins ä"), bigEndian, Buffer.from("Drei")]);
  assert.deepEqual(
    await readChapters(findChapterSamples(openBox(moov, "moov")), readOf(readerOf(data))),
    [
      { startSeconds: 0, endSeconds: 2, title: "Eins ä" },
      { startSeconds: 2, endSeconds: 4, title: "Zwöi" },
      { startSeconds: 4, endSeconds: 6, title: "Drei" },
    ],
  );
});

test("a client reads them for the soundtrack that it sends, and prefers a list to a text track", async () => {
  const titles = ["Eins", "", "Drei"].map((title) => Buffer.from(title));
  const { data, moov } = makeVideo(titles, 8);
  const list = (movie: Buffer) => {
    const file = Buffer.concat([makeBox("mdat", data), movie]);
    return listMp4Chapters({
      sizeBytes: file.length,
      read: async (start, end) => file.subarray(start, end),
    });
  };
  assert.deepEqual(await list(moov), [
    { startSeconds: 0, title: "Eins" },
    { startSeconds: 2 },
    { startSeconds: 4, title: "Drei" },
  ]);
  const entry = Buffer.concat([u32(0, 10_000_000), Buffer.from([1]), Buffer.from("N")]);
  const chpl = makeBox("chpl", u32(0x01000000, 0), Buffer.from([1]), entry);
  const withList = makeBox("moov", moov.subarray(8), makeBox("udta", chpl));
  assert.deepEqual(await list(withList), [{ startSeconds: 1, title: "N" }]);
  // Titles that are said to be after the file's end.
  const { moov: far } = makeVideo(titles, 1e9);
  assert.deepEqual(await list(far), [
    { startSeconds: 0 },
    { startSeconds: 2 },
    { startSeconds: 4 },
  ]);
});

test("chapters are read up to the number that an MP3 can list, and titles up to the length they need", async () => {
  const { data, moov } = makeVideo(Array<Buffer>(2000).fill(Buffer.alloc(20_000, "x")));
  const reader = readerOf(data);
  const chapters = await readChapters(findChapterSamples(openBox(moov, "moov")), readOf(reader));
  assert.equal(chapters.length, 255);
  assert.equal(reader.counter.requests, 255);
  assert.ok(reader.counter.bytesRead <= 255 * 1026);
});

test("a video without a reference to a chapter track has no chapters", () => {
  const moov = makeBox("moov", makeBox("trak", ...makeTrack(2, "text")));
  assert.deepEqual(findChapterSamples(openBox(moov, "moov")), []);
});

test("damaged tables give fewer chapters or none, but no error", async () => {
  const random = createRandom(11);
  const { data, moov } = makeVideo(Array<Buffer>(9).fill(Buffer.from("title")));
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(moov);
    for (let flips = 1 + Math.floor(random() * 6); flips > 0; flips--) {
      bytes[Math.floor(random() * bytes.length)] =
        random() < 0.5 ? 0xff : Math.floor(random() * 256);
    }
    const samples = findChapterSamples(openBox(bytes, "moov"));
    assert.ok(samples.length <= 255, `round ${round}`);
    await readChapters(samples, readOf(readerOf(data)));
  }
});
