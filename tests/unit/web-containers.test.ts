import assert from "node:assert/strict";
import { suite, test } from "node:test";
import NodeID3 from "node-id3";
import { coalesceReads, type Readable } from "../../client/soundtrack/coalesce-reads.ts";
import { hasSimpleEdits, listMp4Chapters } from "../../client/soundtrack/edit-list.ts";
import { readMatroskaHead } from "../../client/soundtrack/matroska-head.ts";
import { fetchCover } from "../../web/src/cover.ts";

const bytesOf = (buffer: Buffer): Readable => ({
  sizeBytes: buffer.length,
  read: async (start, end) => new Uint8Array(buffer.subarray(start, end)),
});

suite("coalesced reads", () => {
  const content = Buffer.alloc(12 * 1024 * 1024);
  for (let index = 0; index < content.length; index += 4) content.writeUInt32LE(index, index);

  function record() {
    const reads: number[] = [];
    const bytes: Readable = {
      sizeBytes: content.length,
      read: async (start, end) => {
        reads.push(end - start);
        return new Uint8Array(content.subarray(start, end));
      },
    };
    return { reads, read: coalesceReads(bytes) };
  }

  test("return the requested bytes, in any order", async () => {
    const { read } = record();
    for (const [start, end] of [
      [0, 16],
      [5_000_000, 5_000_100],
      [4_999_990, 5_000_010],
      [content.length - 7, content.length],
      [100, 6_000_000],
    ] as const) {
      assert.deepEqual(Buffer.from(await read(start, end)), content.subarray(start, end));
    }
  });

  test("are few and large, up to 4 MiB, where a file is read from end to end", async () => {
    const { reads, read } = record();
    for (let start = 0; start < content.length; start += 1000) {
      await read(start, Math.min(start + 400, content.length));
    }
    assert.ok(reads.length < 15, `${reads.length} reads`);
    assert.ok(Math.max(...reads) <= 4 * 1024 * 1024);
  });

  test("are small where only a few places are read", async () => {
    const { reads, read } = record();
    for (let start = 0; start < content.length; start += 2 ** 20) await read(start, start + 100);
    const total = reads.reduce((sum, size) => sum + size, 0);
    assert.ok(total < content.length / 4, `${total} bytes for 12 places`);
  });
});

suite("edit lists", () => {
  const box = (type: string, ...contents: Buffer[]) => {
    const content = Buffer.concat(contents);
    const header = Buffer.alloc(8);
    header.writeUInt32BE(content.length + 8);
    header.write(type, 4, "latin1");
    return Buffer.concat([header, content]);
  };
  const words = (...values: number[]) => {
    const buffer = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) buffer.writeInt32BE(value, index * 4);
    return buffer;
  };
  const RATE_ONE = 0x10000;

  /** Makes a movie, timed in milliseconds, with one track of 10 s at 44.1 kHz and these edits. */
  const movie = (edits: readonly [durationMs: number, mediaTime: number, rate: number][]) =>
    Buffer.concat([
      box("ftyp", Buffer.from("isom")),
      box("mdat", Buffer.alloc(64)),
      box(
        "moov",
        box("mvhd", words(0, 0, 0, 1000, 10_000)),
        box(
          "trak",
          box("edts", box("elst", words(0, edits.length, ...edits.flat()))),
          box("mdia", box("mdhd", words(0, 0, 0, 44_100, 441_000))),
        ),
      ),
    ]);

  for (const { name, edits, expected } of [
    { name: "priming that is cut off", edits: [[9977, 1024, RATE_ONE]], expected: true },
    {
      name: "a late start",
      edits: [
        [500, -1, RATE_ONE],
        [10_000, 0, RATE_ONE],
      ],
      expected: true,
    },
    { name: "a duration left open", edits: [[0, 1024, RATE_ONE]], expected: true },
    { name: "an end that was trimmed", edits: [[5000, 0, RATE_ONE]], expected: false },
    {
      name: "a piece that was cut out of the middle",
      edits: [
        [3000, 0, RATE_ONE],
        [3000, 308_700, RATE_ONE],
      ],
      expected: false,
    },
    { name: "another speed", edits: [[10_000, 0, RATE_ONE / 2]], expected: false },
  ] satisfies { name: string; edits: [number, number, number][]; expected: boolean }[]) {
    test(`with ${name} ${expected ? "can" : "can't"} be copied`, async () => {
      assert.equal(await hasSimpleEdits(bytesOf(movie(edits))), expected);
    });
  }

  test("are read along with the list of chapters, which is ignored if it is damaged", async () => {
    const entry = (seconds: number, title: string) => {
      const start = Buffer.alloc(8);
      start.writeBigUInt64BE(BigInt(seconds * 1e7));
      return Buffer.concat([start, Buffer.from([Buffer.byteLength(title)]), Buffer.from(title)]);
    };
    const file = (...boxes: Buffer[]) =>
      bytesOf(Buffer.concat([box("ftyp", Buffer.from("isom")), box("moov", ...boxes)]));
    const list = (count: number, ...entries: Buffer[]) =>
      box("udta", box("chpl", words(0x01000000, 0), Buffer.from([count]), ...entries));
    const whole = file(list(3, entry(0, "Übung"), entry(9, "b"), entry(4, "")));
    assert.deepEqual(await listMp4Chapters(whole), [
      { startSeconds: 0, title: "Übung" },
      { startSeconds: 4 },
      { startSeconds: 9, title: "b" },
    ]);
    assert.deepEqual(await listMp4Chapters(file(list(9, entry(0, "a")))), []);
    assert.deepEqual(await listMp4Chapters(file()), []);
    const withoutTrack = file(box("trak", box("tref", box("chap", words(2)))));
    assert.deepEqual(await listMp4Chapters(withoutTrack), []);
    assert.deepEqual(await listMp4Chapters(bytesOf(Buffer.alloc(1000, 0x47))), []);
  });

  test("don't exist in other containers", async () => {
    assert.equal(await hasSimpleEdits(bytesOf(Buffer.alloc(1000, 0x47))), true);
  });
});

suite("the head of a Matroska file", () => {
  const element = (id: string, content: Buffer | string) => {
    const data = Buffer.from(content);
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(data.length));
    size[0] = 0x01;
    return Buffer.concat([Buffer.from(id, "hex"), size, data]);
  };

  test("gives the title, the audio tracks and each track's delay", async () => {
    const file = Buffer.concat([
      element("1a45dfa3", "matroska"),
      Buffer.from("18538067", "hex"),
      Buffer.from("01ffffffffffffff", "hex"),
      element("ec", Buffer.alloc(82)),
      element("1549a966", element("7ba9", "Überraschung")),
      element(
        "1043a770",
        element(
          "45b9",
          element(
            "b6",
            Buffer.concat([
              element("91", Buffer.from("009502f900", "hex")),
              element("80", element("85", "Zwei")),
            ]),
          ),
        ),
      ),
      element(
        "1654ae6b",
        Buffer.concat([
          element(
            "ae",
            Buffer.concat([element("d7", Buffer.from([1])), element("83", Buffer.from([1]))]),
          ),
          element(
            "ae",
            Buffer.concat([
              element("d7", Buffer.from([2])),
              element("83", Buffer.from([2])),
              element("56aa", Buffer.from("017e4d98", "hex")),
            ]),
          ),
        ]),
      ),
    ]);
    const head = await readMatroskaHead(bytesOf(file));
    assert.equal(head?.title, "Überraschung");
    assert.deepEqual(head?.chapters, [{ startSeconds: 2.5, title: "Zwei" }]);
    assert.deepEqual(head?.audioTrackNumbers, [2]);
    assert.equal(head?.codecDelaySeconds.get(1), 0);
    assert.equal(head?.codecDelaySeconds.get(2), 0.025054616);
  });

  test("is undefined for any other file", async () => {
    assert.equal(await readMatroskaHead(bytesOf(Buffer.from("RIFF....AVI "))), undefined);
  });
});

suite("the cover in an MP3", () => {
  const asUrl = (mp3: Buffer) => `data:audio/mpeg;base64,${mp3.toString("base64")}`;

  test("is found after other frames", async () => {
    const picture = Buffer.from("89504e470d0a1a0a00000000", "hex");
    const tag = NodeID3.create({
      title: "Ein Gespräch",
      artist: "Ann",
      image: {
        mime: "image/png",
        type: { id: 3, name: "front cover" },
        description: "Überschrift",
        imageBuffer: picture,
      },
    });
    const cover = await fetchCover(asUrl(Buffer.concat([tag, Buffer.alloc(1000)])));
    assert.equal(cover?.type, "image/png");
    assert.deepEqual(Buffer.from((await cover?.arrayBuffer()) ?? new ArrayBuffer(0)), picture);
  });

  test("is undefined where there is none", async () => {
    const tag = NodeID3.create({ title: "No picture" });
    assert.equal(await fetchCover(asUrl(Buffer.concat([tag, Buffer.alloc(100)]))), undefined);
    assert.equal(await fetchCover(asUrl(Buffer.alloc(100, 0xff))), undefined);
  });
});
