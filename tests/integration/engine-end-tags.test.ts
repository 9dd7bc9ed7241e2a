import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, suite, test } from "node:test";
import nodeId3 from "node-id3";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-end-tags-"));
after(() => rm(directory, { recursive: true }));

const ID3V1 = Buffer.alloc(128);
ID3V1.write("TAG");
ID3V1.write("Old title", 3);

/** An APEv2 tag whose only items are a title and bytes in place of a cover. */
function makeApe(hasHeader: boolean, coverBytes: number): Buffer {
  const makeItem = (name: string, value: Buffer, flags: number) => {
    const sizes = Buffer.alloc(8);
    sizes.writeUInt32LE(value.length, 0);
    sizes.writeUInt32LE(flags, 4);
    return Buffer.concat([sizes, Buffer.from(`${name}\0`), value]);
  };
  const title = makeItem("Title", Buffer.from("A title of more than thirty characters"), 0);
  const items = Buffer.concat([title, makeItem("Padding", Buffer.alloc(coverBytes, 7), 2)]);
  const makeEnd = (flags: number) => {
    const bytes = Buffer.alloc(32);
    bytes.write("APETAGEX");
    bytes.writeUInt32LE(2000, 8);
    bytes.writeUInt32LE(items.length + 32, 12);
    bytes.writeUInt32LE(2, 16);
    bytes.writeUInt32LE(flags, 20);
    return bytes;
  };
  if (!hasHeader) return Buffer.concat([items, makeEnd(0)]);
  return Buffer.concat([makeEnd(0xa0000000), items, makeEnd(0x80000000)]);
}

const LYRICS = Buffer.from("LYRICSBEGININD0000210LYR00009Some text000038LYRICS200");
const APE_TITLE = "A title of more than thirty characters";
const TAGS: [string, string, Buffer][] = [
  ["ID3v1", "Old title", ID3V1],
  ["APEv2", APE_TITLE, makeApe(true, 10)],
  // This tag is longer than the part of the end that is searched for frames.
  ["APEv2 without a header, with much in it", APE_TITLE, makeApe(false, 700_000)],
  ["APEv2, Lyrics3 and ID3v1", APE_TITLE, Buffer.concat([makeApe(true, 2000), LYRICS, ID3V1])],
];

async function convertBytes(name: string, bytes: Buffer) {
  const path = join(directory, name);
  await writeFile(path, bytes);
  const { outcome, sink } = await convertFile(path, { fileEnding: extname(name).slice(1) });
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { durationSeconds, incomplete, notes } = outcome;
  const title = nodeId3.read(sink.mp3 as Buffer).title;
  return { title, facts: { durationSeconds, incomplete, notes } };
}

const FILES: Record<string, string> = {
  "a.ac3": "-c:a ac3",
  "a.eac3": "-c:a eac3",
  "a.dts": "-c:a dca -strict -2",
  "a.thd": "-c:a truehd -strict -2",
  "a.aac": "-c:a aac",
  "a.loas": "-c:a aac -f latm",
  "a.mp2": "-c:a mp2",
  "a.amr": "-ar 8000 -c:a libopencore_amrnb",
  "a.wv": "-c:a wavpack",
  "a.tta": "-c:a tta",
  "a.flac": "-c:a flac",
  "a.sox": "-c:a pcm_s32le",
  "a.g722": "-ar 16000 -c:a g722",
};

suite("tags after a recording are read, and don't change its audio", { concurrency: 2 }, () => {
  for (const [name, args] of Object.entries(FILES)) {
    test(name, async () => {
      const path = join(directory, name);
      await generate(`-f lavfi -i sine=d=2:r=48000 ${args} ${path}`);
      const bytes = await readFile(path);
      const { facts } = await convertBytes(name, bytes);
      for (const [what, title, tag] of TAGS) {
        const tagged = await convertBytes(name, Buffer.concat([bytes, tag]));
        assert.deepEqual(tagged.facts, facts, what);
        assert.equal(tagged.title, title, what);
      }
    });
  }
});

test("a recording that was cut before it was tagged still ends early", async () => {
  for (const name of ["a.ac3", "a.amr", "a.mp2", "a.thd"]) {
    const path = join(directory, `cut-${name}`);
    await generate(`-f lavfi -i anoisesrc=d=2:r=48000 ${FILES[name]} ${path}`);
    const bytes = (await readFile(path)).subarray(0, -9);
    const { facts } = await convertBytes(name, Buffer.concat([bytes, ID3V1]));
    assert.equal(facts.incomplete?.reason, "ends-early", name);
  }
});
