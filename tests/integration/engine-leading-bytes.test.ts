import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-leading-bytes-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 2;
/** An ID3v2.3 tag of 2,048 bytes. */
const ID3 = Buffer.concat([Buffer.from("494433030000000010000000", "hex"), Buffer.alloc(2046)]);
const MARK = Buffer.from("efbbbf", "hex");
const ZEROS = Buffer.alloc(1000);
const ANSWER = Buffer.from("HTTP/1.1 200 OK\r\nContent-Type: audio/x-wav\r\n\r\n");
const FORM = Buffer.from(
  '--boundary\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n',
);

suite("bytes before a recording are skipped", { concurrency: 2 }, () => {
  for (const [name, args, lead] of [
    ["id3.wav", "-c:a pcm_s16le", ID3],
    ["id3.m4a", "-c:a aac", ID3],
    ["id3.aiff", "-c:a pcm_s16be", ID3],
    ["id3.caf", "-c:a pcm_s16be", ID3],
    ["id3.wma", "-c:a wmav2", ID3],
    ["id3.avi", "-c:a mp2", ID3],
    ["id3.amr", "-ar 8000 -c:a libopencore_amrnb", ID3],
    ["mark.mkv", "-c:a aac", MARK],
    ["mark.ogg", "-c:a libvorbis", MARK],
    ["answer.flv", "-c:a aac", ANSWER],
    ["answer.flac", "-c:a flac", ANSWER],
    ["form.mp4", "-c:a aac -movflags +frag_keyframe+empty_moov", FORM],
    ["form.webm", "-c:a libopus", FORM],
    ["zeros.wav", "-c:a pcm_s24le", ZEROS],
    ["zeros.wv", "-c:a wavpack", ZEROS],
  ] as const) {
    test(name, async () => {
      const path = join(directory, name);
      await generate(`-f lavfi -i sine=d=${SECONDS}:r=48000 ${args} ${path}`);
      const bytes = await readFile(path);
      await writeFile(path, Buffer.concat([lead, bytes]));
      const { outcome } = await convertFile(path);
      assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
      const { durationSeconds, incomplete } = outcome as Extract<
        typeof outcome,
        { kind: "converted" }
      >;
      assert.ok(Math.abs(durationSeconds - SECONDS) < 0.06, `${durationSeconds} s`);
      assert.equal(incomplete, undefined);
    });
  }
});

test("a recording inside an archive or a document isn't converted", async () => {
  const path = join(directory, "inside.wav");
  await generate(`-f lavfi -i sine=d=1 ${path}`);
  const wav = await readFile(path);
  const tar = Buffer.alloc(512);
  tar.write("inside.wav", 0, "latin1");
  tar.write("ustar", 257, "latin1");
  const zip = Buffer.from("504b0304140000000000", "hex");
  for (const lead of [tar, zip, Buffer.from("%PDF-1.7\n"), Buffer.alloc(8000, "text ")]) {
    await writeFile(path, Buffer.concat([lead, wav]));
    const { outcome } = await convertFile(path);
    assert.deepEqual(
      [outcome.kind, outcome.kind === "failed" && outcome.code],
      ["failed", "not-media"],
    );
  }
});

test("an RF64 whose recorder never wrote a size is converted whole", async () => {
  const path = join(directory, "open.wav");
  await generate(`-f lavfi -i sine=d=${SECONDS} -rf64 always ${path}`);
  const bytes = await readFile(path);
  bytes.fill(0, 20, 44);
  await writeFile(path, bytes);
  const { outcome } = await convertFile(path);
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
  assert.equal(outcome.kind === "converted" && outcome.durationSeconds, SECONDS);
});
