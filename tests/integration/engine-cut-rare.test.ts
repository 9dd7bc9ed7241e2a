import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import { makeSds } from "../media/simple-samples.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-cut-rare-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 5;
const NOISE = `-f lavfi -i anoisesrc=d=${SECONDS}:a=0.3:r=48000`;
const PICTURES = `${NOISE} -f lavfi -i testsrc2=s=176x144:d=${SECONDS}`;

async function makeAndCut(name: string, args: string) {
  const path = join(directory, name);
  await generate(`${args} ${path}`);
  const whole = (await convertFile(path)).outcome;
  assert.ok(whole.kind === "converted", JSON.stringify(whole));
  assert.deepEqual([whole.notes, whole.incomplete], [[], undefined]);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * 0.613)));
  return { path, wholeSeconds: whole.durationSeconds };
}

/** Grouped by where the format states its length. */
const TRUNCATED: Record<string, string> = {
  "a.mxf": `${PICTURES} -c:v mpeg2video -c:a pcm_s16le`,
  "a.swf": `${PICTURES} -c:v flv -c:a libmp3lame -ar 44100`,
  "a.rm": `${PICTURES} -c:v rv20 -c:a ac3`,
  "a.wmv": `${PICTURES} -c:v wmv2 -c:a wmav2`,
  "a.wma": `${NOISE} -c:a wmav2`,
  "a.mmf": `${NOISE} -c:a adpcm_yamaha -ar 8000 -ac 1`,
  "a.sox": `${NOISE} -c:a pcm_s32le`,
};
/** ffmpeg can't read these without their end. */
const UNREADABLE: Record<string, string> = {
  "a.wtv": `${PICTURES} -c:v mpeg2video -c:a mp2`,
  "alac.caf": `${NOISE} -c:a alac`,
};
const INTERRUPTED: Record<string, string> = {
  "a.gxf": `${PICTURES} -c:v mpeg2video -s 720x576 -c:a pcm_s16le -ac 1`,
  "a.dv": `${PICTURES} -c:v dvvideo -s 720x576 -pix_fmt yuv420p -ac 2`,
  "a.voc": NOISE,
  "u8.voc": `${NOISE} -c:a pcm_u8`,
};

suite("a truncated file is noticed in every format that states a length", {
  concurrency: 1,
}, () => {
  for (const [name, args] of Object.entries(TRUNCATED)) {
    test(`${name} is truncated, and converted as far as it goes with acceptIncomplete`, async () => {
      const { path, wholeSeconds } = await makeAndCut(name, args);
      const { outcome } = await convertFile(path);
      assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
      const accepted = (await convertFile(path, { acceptIncomplete: true })).outcome;
      assert.ok(accepted.kind === "converted", JSON.stringify(accepted));
      assert.equal(accepted.incomplete?.reason, "ends-early");
      assert.ok(accepted.durationSeconds < wholeSeconds);
    });
  }
  for (const [name, args] of Object.entries(UNREADABLE)) {
    test(`${name} is truncated, even with acceptIncomplete`, async () => {
      const { path } = await makeAndCut(name, args);
      const { outcome } = await convertFile(path, { acceptIncomplete: true });
      assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
    });
  }
  for (const [name, args] of Object.entries(INTERRUPTED)) {
    test(`${name} ends early`, async () => {
      const { path, wholeSeconds } = await makeAndCut(name, args);
      const { outcome } = await convertFile(path);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.equal(outcome.incomplete?.reason, "ends-early");
      assert.ok(outcome.durationSeconds < wholeSeconds);
    });
  }
});

test("a MIDI sample dump ends early only if it is cut", async () => {
  const path = join(directory, "a.sds");
  const bytes = makeSds();
  for (const [length, reason] of [
    [bytes.length, undefined],
    [bytes.length - 100, "ends-early"],
  ] as const) {
    await writeFile(path, bytes.subarray(0, length));
    const { outcome } = await convertFile(path);
    assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
    assert.deepEqual(outcome.notes, []);
    assert.equal(outcome.incomplete?.reason, reason);
  }
});

test("the length in an ASF's header says how much is missing", async () => {
  for (const name of ["a.wma", "a.wmv"]) {
    const { path, wholeSeconds } = await makeAndCut(name, TRUNCATED[name] ?? "");
    for (const startSeconds of [undefined, 1]) {
      const options = { acceptIncomplete: true, ...(startSeconds && { startSeconds }) };
      const { outcome } = await convertFile(path, options);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      const { durationSeconds, incomplete } = outcome;
      const sum = (startSeconds ?? 0) + durationSeconds + (incomplete?.missingSeconds ?? 0);
      assert.ok(Math.abs(sum - wholeSeconds) < 0.2, `${name}: ${sum} s of ${wholeSeconds}`);
    }
    const part = (await convertFile(path, { acceptIncomplete: true, endSeconds: 1 })).outcome;
    assert.equal(part.kind === "converted" && part.incomplete, undefined);
  }
});
