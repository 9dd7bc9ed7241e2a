import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFfmetadata, parseStreams } from "../../engine/ffmpeg/probe.ts";
import { FrameSplitter, NotMp3, parseFrameHeader } from "../../engine/mp3/frame.ts";
import { buildId3, imageType } from "../../engine/mp3/id3.ts";
import { Mp3Writer } from "../../engine/mp3/writer.ts";
import { XingHeader } from "../../engine/mp3/xing-header.ts";

/** Makes a frame of 417 bytes: 128 kbit/s, 44.1 kHz, joint stereo, no padding. */
const makeFrame = (fill: number) => {
  const frame = Buffer.alloc(417, fill);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return frame;
};

test("frames are found wherever the chunks end", () => {
  const frames = [1, 2, 3].map(makeFrame);
  const bytes = Buffer.concat(frames);
  for (const size of [1, 3, 416, 417, 418, 2000]) {
    const found: Buffer[] = [];
    const splitter = new FrameSplitter();
    for (let at = 0; at < bytes.length; at += size) {
      splitter.push(bytes.subarray(at, at + size), (frame) => found.push(Buffer.from(frame)));
    }
    assert.deepEqual(found, frames, `chunks of ${size}`);
    assert.equal(splitter.restBytes, 0);
  }
});

test("bytes outside frames are an error, or are counted on request", () => {
  const bytes = Buffer.concat([makeFrame(1), Buffer.alloc(10), makeFrame(2)]);
  assert.throws(() => new FrameSplitter().push(bytes, () => {}), NotMp3);
  const splitter = new FrameSplitter({ skipJunk: true });
  let frames = 0;
  splitter.push(bytes, () => frames++);
  assert.deepEqual([frames, splitter.junkBytes], [2, 10]);
});

test("invalid headers are refused", () => {
  for (const bytes of [
    [0xff, 0xeb, 0x90, 0], // reserved version
    [0xff, 0xfb, 0xf0, 0], // bad bit rate
    [0xff, 0xfb, 0x00, 0], // free format
    [0xff, 0xfb, 0x9c, 0], // reserved sample rate
    [0xff, 0xfd, 0x90, 0], // layer II
    [0xff, 0xfb], // truncated
  ]) {
    assert.equal(parseFrameHeader(Uint8Array.from(bytes), 0), undefined);
  }
});

test("the header frame has the number of frames and bytes, seek points and gapless data", () => {
  const xing = new XingHeader();
  for (let index = 0; index < 10_000; index++) xing.addFrame(makeFrame(index & 0xff));
  const frame = xing.build({
    gapless: { delaySamples: 576, paddingSamples: 1000 },
    vbrScale: undefined,
  });
  const header = parseFrameHeader(frame, 0);
  assert.equal(header?.sizeBytes, frame.length);
  assert.equal(frame.toString("latin1", 36, 40), "Info");
  assert.equal(frame.readUInt32BE(44), 10_000);
  assert.equal(frame.readUInt32BE(48), 10_000 * 417 + frame.length);
  const points = [...frame.subarray(52, 152)];
  for (const [percent, point] of points.entries()) {
    assert.ok(Math.abs(point - percent * 2.56) <= 2, `seek point ${percent} is ${point}`);
  }
  assert.equal(frame.readUIntBE(36 + 120 + 21, 3), (576 << 12) | 1000);
});

test("a title in any script is in the tag, and a NUL can't cut it short", () => {
  const tag = buildId3({ title: "日本語 \u{1f600}", artist: "A\0B", chapters: [] });
  assert.equal(tag.toString("latin1", 0, 3), "ID3");
  assert.ok(tag.includes(Buffer.from("\ufeff日本語 \u{1f600}", "utf16le")));
  assert.ok(tag.includes(Buffer.from("A B", "latin1")));
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (tag[at] as number), 0);
  assert.equal(size + 10, tag.length);
});

test("chapters become CHAP and CTOC frames", () => {
  const chapters = [
    { startSeconds: 0, endSeconds: 1.5, title: "Intro" },
    { startSeconds: 1.5, endSeconds: 4, title: "Tälk" },
  ];
  const tag = buildId3({ title: "t", chapters });
  assert.ok(tag.includes("CTOC"));
  const chapter = tag.indexOf("ch1\0", tag.indexOf("CHAP", tag.indexOf("CHAP") + 1));
  assert.deepEqual([tag.readUInt32BE(chapter + 4), tag.readUInt32BE(chapter + 8)], [1500, 4000]);
});

test("only the formats that players show are covers", () => {
  assert.equal(imageType(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), "image/jpeg");
  assert.equal(imageType(Buffer.from("GIF89a")), undefined);
});

test("a tag can't be taken for audio", () => {
  const log = [
    "Input #0, matroska,webm, from 'x':",
    "  Metadata:",
    "    title           : a",
    "                    :   Stream #0:0: Audio: aac, 44100 Hz, stereo, fltp (default)",
    "  Duration: 01:02:03.50, start: 0.000000, bitrate: 1 kb/s",
    "  Stream #0:0(eng): Video: h264 (High), yuv420p, 1280x720",
    "  Stream #0:1(eng): Audio: opus, 48000 Hz, 5.1(side), fltp, 96 kb/s (default)",
    "    Metadata:",
    "      DURATION        : 00:00:10.5000000",
    "",
  ].join("\n");
  const { audio, durationSeconds, hasVideo } = parseStreams(log);
  assert.equal(durationSeconds, 3723.5);
  assert.equal(hasVideo, true);
  assert.equal(audio.length, 1);
  const [stream] = audio;
  assert.deepEqual(
    [stream?.index, stream?.codec, stream?.sampleRate, stream?.layout, stream?.durationSeconds],
    [1, "opus", 48000, "5.1(side)", 10.5],
  );
});

test("escapes in ffmpeg's metadata format are read", () => {
  const { tags, chapters } = parseFfmetadata(
    ";FFMETADATA1\ntitle=a\\=b\\;c\\\nd\nARTIST=x\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=One\n",
  );
  assert.deepEqual(tags, { title: "a=b;c\nd", artist: "x" });
  assert.deepEqual(chapters, [{ startSeconds: 0, endSeconds: 2.5, title: "One" }]);
});

test("an MP3 far too large for its source is abandoned", async () => {
  let written = 0;
  const sink = {
    write: async (bytes: Uint8Array) => {
      written += bytes.length;
    },
    finish: async () => {},
    abort: async () => {},
  };
  const sourceBytes = 50_000;
  const writer = new Mp3Writer(sink, sourceBytes, { onFrames: () => {}, onWritten: () => {} });
  // 320 kbit/s at 32 kHz has the largest frames.
  const frame = Buffer.alloc(1440);
  frame.set([0xff, 0xfb, 0xe8, 0x64]);
  const frames = Array<Uint8Array>(300).fill(frame);
  await assert.rejects(
    async () => {
      for (;;) await writer.write(frames);
    },
    { name: "Failure", code: "damaged" },
  );
  const allowed = 144 * 1024 * 1024 + 100 * sourceBytes;
  assert.ok(written <= allowed && written > 0.99 * allowed, `${written} bytes`);
});
