import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-au-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 10;

async function make(args: string): Promise<Buffer> {
  const path = join(directory, "a.au");
  await generate(`-f lavfi -i sine=d=${SECONDS}:r=48000 ${args} ${path}`);
  const bytes = await readFile(path);
  bytes.writeUInt32BE(bytes.length - bytes.readUInt32BE(4), 8);
  return bytes;
}

async function convertBytes(...parts: Buffer[]) {
  const path = join(directory, "changed.au");
  await writeFile(path, Buffer.concat(parts));
  const { outcome } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { durationSeconds, incomplete, notes, title } = outcome;
  const codes = notes?.map(({ code }) => code);
  return { durationSeconds, incomplete: incomplete?.reason, codes, title };
}

const WHOLE = { durationSeconds: SECONDS, incomplete: undefined, codes: [], title: "File name" };

const ID3V1 = Buffer.alloc(128);
ID3V1.write("TAG");
ID3V1.write("Old title", 3);

const au = await make("-c:a pcm_s16be");

suite("the header says where an AU's samples end", { concurrency: 1 }, () => {
  for (const [name, args] of Object.entries({
    "16 bits": "-c:a pcm_s16be",
    "24 bits": "-c:a pcm_s24be",
    "A-law": "-c:a pcm_alaw",
  })) {
    test(`bytes after the samples aren't played: ${name}`, async () => {
      const bytes = await make(args);
      for (const rest of [
        Buffer.alloc(600, "x"),
        Buffer.alloc(4500, "text "),
        Buffer.alloc(50_000),
      ]) {
        assert.deepEqual(await convertBytes(bytes, rest), WHOLE, `${rest.length} bytes`);
      }
    });
  }
  test("a tag isn't played, but read", async () => {
    const tagged = { ...WHOLE, title: "Old title" };
    assert.deepEqual(await convertBytes(au, ID3V1), tagged);
    for (const size of [0, 0xffffffff]) {
      const live = Buffer.from(au);
      live.writeUInt32BE(size, 8);
      assert.deepEqual(await convertBytes(live), WHOLE);
      assert.deepEqual(await convertBytes(live, ID3V1), tagged);
    }
  });
  test("a note says that a second file isn't read", async () => {
    assert.deepEqual(await convertBytes(au, au), { ...WHOLE, codes: ["unread-parts"] });
  });
});
