import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import nodeId3 from "node-id3";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-mp3-as-found-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 4;
const random = createRandom(15);
const noise = (bytes: number) =>
  Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)));
const JPEG = Buffer.concat([Buffer.from("ffd8ffe0", "hex"), noise(60_000)]);

const cleanPath = join(directory, "clean.mp3");
await generate(
  `-f lavfi -i aevalsrc=0.3*sin(880*PI*t*t):s=44100:d=${SECONDS} -c:a libmp3lame -b:a 128k -id3v2_version 0 ${cleanPath}`,
);
const clean = await readFile(cleanPath);

/** An ID3v2 tag of `bytes` of body, a title and padding. */
function makeId3(bytes: number, { version = 3, flags = 0, isSyncsafe = true, title = "A" } = {}) {
  const header = Buffer.from([0x49, 0x44, 0x33, version, 0, flags, 0, 0, 0, 0]);
  if (isSyncsafe) for (let i = 0; i < 4; i++) header[9 - i] = (bytes >> (7 * i)) & 0x7f;
  else header.writeUInt32BE(bytes, 6);
  const body = Buffer.alloc(bytes);
  body.write("TIT2", 0, "latin1");
  body.writeUInt32BE(1 + title.length, 4);
  body.write(title, 11, "latin1");
  const footer = Buffer.from(header);
  footer.write("3DI", 0, "latin1");
  return Buffer.concat([header, body, ...(flags & 0x10 ? [footer] : [])]);
}

function makeApe(items: Record<string, string | Buffer>): Buffer {
  const body = Buffer.concat(
    Object.entries(items).flatMap(([name, value]) => {
      const bytes = Buffer.isBuffer(value)
        ? Buffer.concat([Buffer.from("cover.jpg\0"), value])
        : Buffer.from(value);
      const head = Buffer.alloc(8);
      head.writeUInt32LE(bytes.length, 0);
      head.writeUInt32LE(Buffer.isBuffer(value) ? 2 : 0, 4);
      return [head, Buffer.from(`${name}\0`), bytes];
    }),
  );
  const makeEnd = (flags: number) => {
    const end = Buffer.alloc(32);
    end.write("APETAGEX", 0, "latin1");
    end.writeUInt32LE(2000, 8);
    end.writeUInt32LE(body.length + 32, 12);
    end.writeUInt32LE(Object.keys(items).length, 16);
    end.writeUInt32LE(flags, 20);
    return end;
  };
  return Buffer.concat([makeEnd(0xa0000000), body, makeEnd(0x80000000)]);
}

const id3v1 = Buffer.concat([Buffer.from("TAGOld title"), Buffer.alloc(116)]);
const ape = makeApe({ Title: "Äpe", Artist: "Someone", "Cover Art (Front)": JPEG });

async function convert(bytes: Buffer, options = {}) {
  const path = join(directory, "found.mp3");
  await writeFile(path, bytes);
  const { outcome, sink } = await convertFile(path, options);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  return { ...outcome, tags: nodeId3.read(sink.mp3 as Buffer), frames: readFrames(sink.mp3) };
}

/** Reads the bytes after the MP3's own ID3 tag. */
function readFrames(mp3: Buffer | undefined): Buffer {
  assert.ok(mp3);
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (mp3[at] ?? 0), 0);
  return mp3.subarray(10 + size);
}

suite("an MP3 is converted the same whatever is around its frames", { concurrency: 1 }, () => {
  const FOUND: [string, Buffer[]][] = [
    ["an APEv2 tag with a cover", [clean, ape]],
    ["an APEv2 and an ID3v1 tag", [clean, ape, id3v1]],
    ["three ID3v2 tags", [makeId3(500), makeId3(90_000), makeId3(300), clean]],
    ["an ID3v2.4 tag with a footer", [makeId3(2000, { version: 4, flags: 0x10 }), clean]],
    [
      "an ID3v2 tag whose size uses all eight bits of a byte",
      [makeId3(65_525, { isSyncsafe: false }), clean],
    ],
    ["30 KB of junk before it", [noise(30_000), clean]],
    ["junk between its tag and its frames", [makeId3(100), Buffer.alloc(700), noise(3000), clean]],
    ["junk after its frames", [clean, Buffer.from("<html>".repeat(3000))]],
    [
      "a lyrics tag after its frames",
      [clean, Buffer.from(`LYRICSBEGIN${"la ".repeat(900)}LYRICS200`), id3v1],
    ],
  ];
  for (const [name, pieces] of FOUND) {
    test(name, async () => {
      const expected = await convert(clean);
      const found = await convert(Buffer.concat(pieces));
      assert.equal(found.durationSeconds, expected.durationSeconds);
      assert.ok(Math.abs(found.durationSeconds - SECONDS) < 1e-3);
      assert.ok(found.frames.equals(expected.frames));
      assert.match(found.figures.plan, /stream-copy/);
      assert.ok(found.figures.requests < 20, `${found.figures.requests} requests`);
    });
  }
  test("it is the same if it is encoded again", async () => {
    const options = { startSeconds: 1, endSeconds: 3 };
    const expected = await convert(clean, options);
    for (const pieces of [
      [noise(30_000), clean, ape],
      [makeId3(500), makeId3(90_000), clean],
    ]) {
      assert.ok((await convert(Buffer.concat(pieces), options)).frames.equals(expected.frames));
    }
  });
});

test("an APEv2 tag gives title, artist and cover", async () => {
  const { title, tags } = await convert(Buffer.concat([clean, ape, id3v1.fill(0, 3)]));
  assert.equal(title, "Äpe");
  assert.equal(tags.artist, "Someone");
  assert.ok(typeof tags.image === "object" && tags.image.imageBuffer.equals(JPEG));
});

suite("joined MP3s are as long as both", { concurrency: 1 }, () => {
  const BETWEEN: [string, Buffer[]][] = [
    ["end to end", []],
    ["with a large ID3v2 tag between them", [makeId3(150_000)]],
    ["with ID3v1, APEv2 and ID3v2 tags between them", [ape, id3v1, makeId3(80_000)]],
  ];
  for (const [name, between] of BETWEEN) {
    test(name, async () => {
      const { durationSeconds } = await convert(Buffer.concat([clean, ...between, clean]));
      // The first file's padding and the second file's priming stay between them.
      const excess = durationSeconds - 2 * SECONDS;
      assert.ok(excess >= 0 && excess < 0.06, `${durationSeconds} s`);
    });
  }
});

test("an MP3 whose first frames are damaged must still have its stated number of frames", async () => {
  const counted = join(directory, "counted.mp3");
  await generate(`-f lavfi -i sine=d=${SECONDS}:r=32000 -c:a libmp3lame ${counted}`);
  const bytes = await readFile(counted);
  const third = bytes.indexOf(0xff, bytes.indexOf("Info") + 500);
  const lacking = Buffer.concat([bytes.subarray(0, third + 5), bytes.subarray(third + 4000)]);
  await writeFile(counted, lacking);
  const { outcome } = await convertFile(counted);
  assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
});

test("an MP3 with a part that isn't MP3 is truncated", async () => {
  for (const damage of [Buffer.alloc(20_000), noise(20_000)]) {
    const path = join(directory, "damaged.mp3");
    const middle = Math.floor(clean.length / 2);
    await writeFile(
      path,
      Buffer.concat([clean.subarray(0, middle), damage, clean.subarray(middle)]),
    );
    const { outcome } = await convertFile(path);
    assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
  }
});
