import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import nodeId3 from "node-id3";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import { makeWav } from "../media/make-wav.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-old-tags-"));
after(() => rm(directory, { recursive: true }));

async function readTags(name: string, bytes: Buffer) {
  const path = join(directory, name);
  await writeFile(path, bytes);
  const { outcome, sink } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  return nodeId3.read(sink.mp3 as Buffer);
}

const mp3Path = join(directory, "a.mp3");
await generate(`-f lavfi -i sine=d=1 -c:a libmp3lame -id3v2_version 0 ${mp3Path}`);
const mp3 = await readFile(mp3Path);

/** An ID3v2.3 tag whose text claims to be ISO 8859-1. */
function makeId3(frames: Record<string, Buffer | string>): Buffer {
  const body = Buffer.concat(
    Object.entries(frames).flatMap(([id, value]) => {
      const text = Buffer.from(value);
      const header = Buffer.alloc(11);
      header.write(id, 0, "latin1");
      header.writeUInt32BE(text.length + 1, 4);
      return [header, text];
    }),
  );
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, body.length]), body]);
}

test("ID3v2 with GBK is read", async () => {
  const [title, artist] = [Buffer.from("c7e0bba8b4c9", "hex"), Buffer.from("d6dcbddcc2d7", "hex")];
  const tag = makeId3({ TIT2: title, TPE1: artist, TYER: "20050321" });
  const tags = await readTags("gbk.mp3", Buffer.concat([tag, mp3]));
  assert.equal(tags.title, "青花瓷");
  assert.equal(tags.artist, "周杰伦");
  assert.equal(tags.year, "2005");
});

test("ID3v1 with Shift-JIS is read", async () => {
  const tag = Buffer.alloc(128);
  tag.write("TAG", 0, "latin1");
  Buffer.from("834a838983498350", "hex").copy(tag, 3);
  Buffer.from("894691bd93638371834a838b", "hex").copy(tag, 33);
  tag.write("1998", 93, "latin1");
  // It is also read next to an ID3v2 tag without a title.
  for (const before of [Buffer.alloc(0), makeId3({ TSSE: "an encoder" })]) {
    const tags = await readTags("sjis.mp3", Buffer.concat([before, mp3, tag]));
    assert.equal(tags.title, "カラオケ");
    assert.equal(tags.artist, "宇多田ヒカル");
    assert.equal(tags.year, "1998");
  }
});

test("RIFF INFO with CP1251 is read", async () => {
  const items = Object.entries({ INAM: "c3f0f3efefe020eaf0eee2e8", IART: "cae8edee" }).map(
    ([name, hex]) => {
      const head = Buffer.from(`${name}\0\0\0\0`);
      const text = Buffer.from(hex, "hex");
      head.writeUInt32LE(text.length, 4);
      return Buffer.concat([head, text]);
    },
  );
  const list = Buffer.concat([Buffer.from("LIST\0\0\0\0INFO"), ...items]);
  list.writeUInt32LE(list.length - 8, 4);
  const wav = Buffer.concat([makeWav(48_000, 1, (n) => Math.sin(n / 9) / 2), list]);
  wav.writeUInt32LE(wav.length - 8, 4);
  const tags = await readTags("cp1251.wav", wav);
  assert.equal(tags.title, "Группа крови");
  assert.equal(tags.artist, "Кино");
});

test("the front cover is used, wherever it is among the pictures", async () => {
  const picture = (colour: string) =>
    generate(`-f lavfi -i color=${colour}:s=64x64 -frames:v 1 ${join(directory, `${colour}.jpg`)}`);
  await Promise.all([picture("red"), picture("blue")]);
  const [red, blue] = ["red", "blue"].map((colour) => join(directory, `${colour}.jpg`)) as [
    string,
    string,
  ];
  for (const ending of ["mp3", "flac"]) {
    const path = join(directory, `covers.${ending}`);
    const pictures = `-i ${red} -i ${blue} -map 0:a -map 1 -map 2 -c:v copy -disposition:v attached_pic`;
    const kinds = "-metadata:s:v:0 comment=Cover␣(back) -metadata:s:v:1 comment=Cover␣(front)";
    await generate(`-f lavfi -i sine=d=1 ${pictures} ${kinds} ${path}`);
    const { image } = await readTags(`read.${ending}`, await readFile(path));
    assert.ok(typeof image === "object", ending);
    assert.ok(image.imageBuffer.equals(await readFile(blue)), ending);
  }
});
