import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import type { Outcome } from "../../engine/types.ts";
import { listBoxes } from "../../parsing/box.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { generate, MEDIA_SECONDS, makeMedia } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-mp4-kinds-"));
after(() => rm(directory, { recursive: true }));

async function convertBytes(bytes: Buffer): Promise<Outcome> {
  const path = join(directory, "changed.mp4");
  await writeFile(path, bytes);
  return (await convertFile(path)).outcome;
}

const assertWhole = (outcome: Outcome, seconds = MEDIA_SECONDS) => {
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.ok(Math.abs(outcome.durationSeconds - seconds) < 0.05, `${outcome.durationSeconds} s`);
};
const codeOf = (outcome: Outcome) => (outcome.kind === "failed" ? outcome.code : outcome.kind);

/** A video with its movie box at the end, so that a new box before it moves no samples. */
const moovLast = await readFile(await makeMedia("mp4-aac-moov-last", directory));
const moov = listBoxes(moovLast, 0, moovLast.length).find(({ type }) => type === "moov");
assert.ok(moov);
const putBeforeMovie = (...boxes: Buffer[]) =>
  Buffer.concat([moovLast.subarray(0, moov.start), ...boxes, moovLast.subarray(moov.start)]);
const putIntoMovie = (box: Buffer) =>
  Buffer.concat([
    moovLast.subarray(0, moov.start),
    makeBox("moov", moovLast.subarray(moov.bodyStart, moov.end), box),
    moovLast.subarray(moov.end),
  ]);

suite("unknown boxes are skipped", { concurrency: 1 }, () => {
  for (const type of ["emsg", "prft", "imda", "xYz1", "©abc"]) {
    test(type, async () => {
      assertWhole(await convertBytes(putBeforeMovie(makeBox(type, Buffer.alloc(300_000)))));
    });
  }
  test("300 of them", async () => {
    const boxes = Array<Buffer>(300).fill(makeBox("mdat", Buffer.alloc(1000)));
    assertWhole(await convertBytes(putBeforeMovie(...boxes)));
  });
});

suite("a movie box with a wrong size is read as far as its own boxes go", () => {
  for (const [title, sizeBytes] of [
    ["beyond the end of the file", 0xfffffff0],
    ["slightly beyond the end of the file", moovLast.length],
  ] as const) {
    test(title, async () => {
      const wrong = Buffer.concat([moovLast, makeBox("free", Buffer.alloc(99))]);
      wrong.writeUInt32BE(sizeBytes, moov.start);
      assertWhole(await convertBytes(wrong));
    });
  }
  test("a truncated movie box isn't read", async () => {
    const cut = moovLast.subarray(0, moov.end - 1000);
    assert.equal(codeOf(await convertBytes(cut)), "truncated");
  });
});

suite("a movie box that announces fragments", { concurrency: 1 }, () => {
  test("and lists all samples", async () => {
    const trex = makeBox(
      "trex",
      Buffer.from("000000000000000200000001000000000000000000000000", "hex"),
    );
    assertWhole(await convertBytes(putIntoMovie(makeBox("mvex", trex))));
  });
  for (const flags of [
    "frag_keyframe",
    "frag_keyframe+default_base_moof",
    "frag_keyframe+faststart",
  ]) {
    test(`and lists the first samples: ${flags}`, async () => {
      const path = join(directory, "partly.mp4");
      const inputs = `-f lavfi -i testsrc2=s=160x120:d=${MEDIA_SECONDS} -f lavfi -i sine=d=${MEDIA_SECONDS}`;
      const codecs = "-c:v libx264 -preset ultrafast -g 25 -c:a aac";
      await generate(`${inputs} ${codecs} -movflags ${flags} ${path}`);
      assertWhole((await convertFile(path)).outcome);
    });
  }
});

suite("an index that ffmpeg reads must match the length", { concurrency: 1 }, () => {
  for (const codec of ["pcm_s24le -ar 96000", "pcm_s32le -ar 192000", "pcm_f32le -ar 96000"]) {
    test(codec, async () => {
      const path = join(directory, "pcm.mov");
      await generate(`-f lavfi -i sine=d=4 -ac 2 -c:a ${codec} -movflags +faststart ${path}`);
      assertWhole((await convertFile(path)).outcome, 4);
      const whole = await readFile(path);
      for (const share of [0.95, 0.6, 0.2]) {
        const outcome = await convertBytes(whole.subarray(0, Math.floor(whole.length * share)));
        assert.equal(codeOf(outcome), "truncated", `${share}`);
      }
    });
  }
});

suite("a file without a movie box gets a specific failure", { concurrency: 1 }, () => {
  const ftyp = (brand: string) => makeBox("ftyp", Buffer.from(`${brand}\0\0\0\0mif1${brand}`));
  for (const brand of ["heic", "avif", "mif1"]) {
    test(`a photo: ${brand}`, async () => {
      const photo = [
        ftyp(brand),
        makeBox("meta", Buffer.alloc(200)),
        makeBox("mdat", Buffer.alloc(5000)),
      ];
      assert.equal(codeOf(await convertBytes(Buffer.concat(photo))), "no-audio-track");
    });
  }
  test("a segment without its header", async () => {
    const whole = await readFile(await makeMedia("mp4-aac-fragmented", directory));
    const first = listBoxes(whole, 0, whole.length).find(({ type }) => type === "moof");
    assert.ok(first);
    const fragments = whole.subarray(first.start);
    for (const head of [Buffer.alloc(0), makeBox("styp", Buffer.from("msdh\0\0\0\0msdh"))]) {
      const outcome = await convertBytes(Buffer.concat([head, fragments]));
      assert.equal(codeOf(outcome), "not-media");
      assert.match(outcome.kind === "failed" ? outcome.detail : "", /segment/);
    }
  });
  test("a video that ends before it", async () => {
    assert.equal(codeOf(await convertBytes(moovLast.subarray(0, moov.start))), "truncated");
  });
});

suite("PCM with an ISO name is read with its own bit depth and byte order", {
  concurrency: 1,
}, () => {
  for (const codec of ["s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f64be"]) {
    for (const flags of ["faststart", "frag_keyframe+empty_moov"]) {
      test(`${codec}, ${flags}`, async () => {
        const path = join(directory, "pcm.mp4");
        const sound = "-f lavfi -i aevalsrc=0.5*sin(880*PI*t)|0.25*sin(1320*PI*t):s=48000:d=3";
        await generate(`${sound} -c:a pcm_${codec} -movflags ${flags} ${path}`);
        assert.ok(/[if]pcm/.test((await readFile(path)).toString("latin1")));
        const { outcome, sink } = await convertFile(path);
        assertWhole(outcome, 3);
        const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 48_000);
        // With a wrong byte order the audio would be noise.
        for (let n = 10_000; n < 130_000; n += 1000) {
          const left = 0.5 * Math.sin((880 * Math.PI * n) / 48_000);
          const right = 0.25 * Math.sin((1320 * Math.PI * n) / 48_000);
          assert.ok(Math.abs((pcm[2 * n] ?? 0) - left) < 0.02, `${n}: ${pcm[2 * n]} for ${left}`);
          assert.ok(Math.abs((pcm[2 * n + 1] ?? 0) - right) < 0.02);
        }
      });
    }
  }
});
