import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { listBoxes } from "../../parsing/box.ts";
import { convertFile } from "../media/convert-file.ts";
import { editBox, u32 } from "../media/edit-boxes.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-impossible-times-"));
after(() => rm(directory, { recursive: true }));

const RATE = 48_000;
const SECONDS = 3;
const NOISE = `-f lavfi -i anoisesrc=d=${SECONDS}:a=0.3:r=${RATE}:seed=1`;
const CLOCK = `-movie_timescale ${RATE}`;
const PICTURES = `-f lavfi -i testsrc2=s=64x48:d=${SECONDS} -map 0 -map 1 -c:v mpeg4`;

/** ffmpeg's arguments for each file, and the number and length of its samples. */
const FILES = {
  "a.m4a": [`${NOISE} -c:a aac ${CLOCK}`, 142, 1024],
  "a.mp4": [`${NOISE} ${PICTURES} -c:a aac ${CLOCK}`, 142, 1024],
  "a.mov": [`${NOISE} -c:a pcm_s16le ${CLOCK}`, SECONDS * RATE, 1],
} as const;

const TABLE = ["moov", "trak", "mdia", "minf", "stbl", "stts"];
const NEGATIVE = 0xffffff00;
const HUGE = 0x7fffffff;

const setTimes = (bytes: Buffer, entries: readonly (readonly [count: number, ticks: number])[]) =>
  editBox(bytes, TABLE, () => u32(0, entries.length, ...entries.flat()));

/** Each edit's length in seconds, its start in the track (-1 if it is empty), and its speed. */
type Edit = readonly [seconds: number, atSeconds: number, speed: number];

const setEdits = (bytes: Buffer, ...edits: readonly Edit[]) =>
  editBox(bytes, ["moov", "trak"], (trak) => {
    const entries = edits.map(([seconds, at, speed]) =>
      u32(seconds * RATE, at < 0 ? -1 : at * RATE, speed * 0x10000),
    );
    const elst = makeBox("elst", u32(0, edits.length), ...entries);
    const [head, ...others] = listBoxes(trak, 0, trak.length)
      .filter(({ type }) => type !== "edts")
      .map(({ whole }) => Buffer.from(whole));
    return Buffer.concat([head as Buffer, makeBox("edts", elst), ...others]);
  });

for (const [file, [args, samples, ticks]] of Object.entries(FILES)) {
  suite(file, { concurrency: 1 }, async () => {
    const path = join(directory, file);
    await generate(`${args} ${path}`);
    const bytes = await readFile(path);
    const convert = async (changed: Buffer) => {
      const changedPath = join(directory, `changed-${file}`);
      await writeFile(changedPath, changed);
      const { outcome, sink } = await convertFile(changedPath);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.deepEqual([outcome.notes, outcome.incomplete], [[], undefined]);
      return { seconds: outcome.durationSeconds, mp3: sink.mp3 as Buffer };
    };
    const isNear = (seconds: number, wanted: number) => Math.abs(seconds - wanted) < 0.05;
    const whole = await convert(bytes);

    const TIMES: Record<string, [count: number, ticks: number][]> = {
      "a sample of half a day": [
        [100, ticks],
        [1, HUGE],
        [samples - 101, ticks],
      ],
      "a negative one": [
        [100, ticks],
        [1, NEGATIVE],
        [samples - 101, ticks],
      ],
      "a last sample of half a day": [
        [samples - 1, ticks],
        [1, HUGE],
      ],
      "more samples than there are": [[0xffffffff, ticks]],
      "more entries than samples": [
        [samples, ticks],
        [HUGE, 1],
      ],
      "fewer samples than there are": [[Math.floor(samples / 2), ticks]],
    };
    for (const [name, entries] of Object.entries(TIMES)) {
      test(`${name} changes nothing`, async () => {
        assert.ok((await convert(setTimes(bytes, entries))).mp3.equals(whole.mp3));
      });
    }
    test("a table that says it has more entries changes nothing", async () => {
      const cut = editBox(bytes, TABLE, () => u32(0, 0x10000000, samples, ticks));
      assert.ok((await convert(cut)).mp3.equals(whole.mp3));
    });
    for (const [name, entries] of [
      ["half a day each", [[samples, HUGE]]],
      ["no time each", [[samples, 0]]],
      ["negative", [[samples, NEGATIVE]]],
      ["no entries", []],
    ] as const) {
      test(`${name}: the track's own length counts`, async () => {
        const { seconds } = await convert(setTimes(bytes, entries));
        assert.ok(isNear(seconds, SECONDS), `${seconds} s`);
      });
    }

    test("a track with too short a stated length is as long as its samples", async () => {
      for (const ticks of [1, 500, 1000]) {
        const short = editBox(bytes, ["moov", "trak", "mdia", "mdhd"], (mdhd) => {
          mdhd.writeUInt32BE(ticks, 16);
          return mdhd;
        });
        assert.ok((await convert(short)).mp3.equals(whole.mp3), `${ticks} ticks`);
      }
    });

    const start = file === "a.mov" ? 0 : 1024 / RATE;
    const EDITS: Record<string, [wanted: number, ...edits: Edit[]]> = {
      "at double speed": [SECONDS, [SECONDS / 2, start, 2]],
      "at half speed": [SECONDS, [SECONDS * 2, start, 0.5]],
      "in two speeds": [SECONDS, [1, start, 1], [1, start + 1, 2]],
      "backwards, as forwards": [SECONDS, [SECONDS, start, -1]],
      "after a frozen picture": [SECONDS, [2, start, 0], [SECONDS, start, 1]],
      "before a frozen picture": [SECONDS, [SECONDS, start, 1], [2, 2, 0]],
      "beyond the end, as a whole": [SECONDS, [SECONDS, 1000, 1]],
      "in another order": [SECONDS, [1.5, start + 1.5, 1], [1.5, start, 1]],
      "twice, at double speed": [2 * SECONDS, [1.5, start, 2], [1.5, start, 2]],
      "two stretches with nothing before, between and after them": [
        2,
        [1, -1, 1],
        [1, start + 0.5, 1],
        [1, -1, 1],
        [1, start + 2, 1],
        [1, -1, 1],
      ],
    };
    for (const [name, [wanted, ...edits]] of Object.entries(EDITS)) {
      test(`played ${name}`, async () => {
        const { seconds } = await convert(setEdits(bytes, ...edits));
        assert.ok(isNear(seconds, wanted), `${seconds} s`);
      });
    }
    test("a track without a clock is damaged", async () => {
      const changed = editBox(bytes, ["moov", "trak", "mdia", "mdhd"], (mdhd) => {
        mdhd.writeUInt32BE(0, 12);
        return mdhd;
      });
      await writeFile(path, changed);
      const { outcome } = await convertFile(path);
      assert.equal(outcome.kind === "failed" && outcome.code, "damaged");
    });
  });
}
