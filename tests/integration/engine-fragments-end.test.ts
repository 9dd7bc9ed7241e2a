import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { listBoxes } from "../../parsing/box.ts";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-fragments-end-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 6;
/** Large enough that a few kilobytes are less than 1% of it. */
const VIDEO = `-f lavfi -i nullsrc=s=320x240:d=${SECONDS},geq=random(1)*255:128:128 -f lavfi -i sine=d=${SECONDS}:r=48000 -c:v mpeg4 -b:v 4M -g 25 -c:a aac`;

async function make(name: string, movflags: string) {
  const path = join(directory, name);
  await generate(`${VIDEO} -movflags ${movflags} -frag_duration 500000 ${path}`);
  const bytes = await readFile(path);
  assert.ok(bytes.length > 2_100_000, `${bytes.length} bytes`);
  return { name, bytes, boxes: listBoxes(bytes, 0, bytes.length) };
}

async function convertBytes(name: string, ...parts: Buffer[]) {
  const path = join(directory, `changed-${name}`);
  await writeFile(path, Buffer.concat(parts));
  const { outcome } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { durationSeconds, incomplete, notes } = outcome;
  return { durationSeconds, reason: incomplete?.reason, codes: notes?.map(({ code }) => code) };
}

const random = createRandom(7);
const noise = Buffer.from(Array.from({ length: 20_000 }, () => Math.floor(random() * 256)));
const TAILS: Record<string, Buffer> = {
  text: Buffer.alloc(6000, "uploaded with a script; "),
  "a picture": Buffer.concat([Buffer.from("ffd8ffe000104a464946", "hex"), noise]),
  "an archive": Buffer.concat([Buffer.from("504b0304140000000000", "hex"), noise.subarray(9000)]),
};

suite("a few kilobytes after the last fragment don't mean missing audio", {
  concurrency: 1,
}, () => {
  for (const [name, movflags] of [
    ["plain.mp4", "+frag_keyframe+empty_moov+skip_trailer"],
    ["indexed.mp4", "+frag_keyframe+empty_moov+default_base_moof"],
    ["dash.mp4", "+dash"],
  ] as const) {
    test(name, async () => {
      const { bytes } = await make(name, movflags);
      const whole = await convertBytes(name, bytes);
      assert.deepEqual([whole.reason, whole.codes], [undefined, []]);
      for (const [what, tail] of Object.entries(TAILS)) {
        assert.deepEqual(await convertBytes(name, bytes, tail), whole, what);
      }
    });
  }
});

test("a recording with a cut fragment ends early, even if other bytes follow", async () => {
  const { name, bytes, boxes } = await make("cut.mp4", "+frag_keyframe+empty_moov+skip_trailer");
  const [moof, mdat] = boxes.slice(-2);
  assert.ok(moof?.type === "moof" && mdat?.type === "mdat");
  const middle = (mdat.start + bytes.length) >> 1;
  for (const end of [moof.start + 5, moof.start + 100, mdat.start, mdat.start + 5, middle]) {
    const { reason } = await convertBytes(name, bytes.subarray(0, end));
    assert.equal(reason, "ends-early", `at ${end}`);
  }
  const short = Buffer.alloc(6000, "text");
  for (const end of [mdat.start, mdat.start + 8, middle]) {
    const { reason } = await convertBytes(name, bytes.subarray(0, end), short);
    assert.equal(reason, "ends-early", `text at ${end}`);
  }
});

test("a recording ends early if the start of its last fragment was overwritten", async () => {
  const { name, bytes, boxes } = await make("lost.mp4", "+frag_keyframe+empty_moov+skip_trailer");
  const moof = boxes.at(-2)?.start ?? 0;
  const changed = Buffer.from(bytes);
  noise.copy(changed, moof, 0, 40);
  assert.equal((await convertBytes(name, changed)).reason, "ends-early");
});

test("a note says that a long rest wasn't read, because it may be part of the recording", async () => {
  const { name, bytes } = await make("much.mp4", "+frag_keyframe+empty_moov+skip_trailer");
  const { reason, codes } = await convertBytes(name, bytes, Buffer.alloc(100_000, "recorded"));
  assert.deepEqual([reason, codes], [undefined, ["unread-parts"]]);
});
