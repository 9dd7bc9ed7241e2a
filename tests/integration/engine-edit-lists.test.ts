import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile } from "../media/convert-file.ts";
import { editBox, u32 } from "../media/edit-boxes.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-edit-lists-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 3;
const RATE = 48000;

suite("edit lists", async () => {
  const path = join(directory, "edited.m4a");
  await generate(`-f lavfi -i sine=d=${SECONDS}:r=${RATE} -c:a aac ${path}`);
  const bytes = await readFile(path);
  const EMPTY = -1;
  const PRIMING = 1024;
  /** Each edit's length in seconds, and where it begins in the track. Both clocks are the same. */
  const withEdits = (...edits: [seconds: number, mediaTime: number][]) =>
    editBox(bytes, ["moov", "trak", "edts", "elst"], () =>
      u32(0, edits.length, ...edits.flatMap(([length, at]) => [length * RATE, at, 0x10000])),
    );

  for (const [name, wanted, edits] of [
    [
      "two that continue each other",
      SECONDS,
      [
        [1, PRIMING],
        [2, PRIMING + RATE],
      ],
    ],
    [
      "an empty one between them",
      SECONDS,
      [
        [1, PRIMING],
        [0.5, EMPTY],
        [2, PRIMING + RATE],
      ],
    ],
    [
      "an empty one at the end",
      SECONDS,
      [
        [3, PRIMING],
        [0.8, EMPTY],
      ],
    ],
    [
      "several empty ones at the start",
      SECONDS,
      [
        [0.3, EMPTY],
        [0.4, EMPTY],
        [3, PRIMING],
      ],
    ],
    [
      "a cut in the middle",
      2,
      [
        [1, PRIMING],
        [1, PRIMING + 2 * RATE],
      ],
    ],
    [
      "a cut and an empty one",
      2,
      [
        [1, PRIMING],
        [0.5, EMPTY],
        [1, PRIMING + 2 * RATE],
      ],
    ],
    [
      "a piece that plays twice",
      2,
      [
        [1, PRIMING],
        [1, PRIMING],
      ],
    ],
    ["one without a length", SECONDS, [[0, PRIMING]]],
  ] as [string, number, [number, number][]][]) {
    test(name, async () => {
      const changed = join(directory, `${name.replaceAll(" ", "-")}.m4a`);
      await writeFile(changed, withEdits(...edits));
      const { outcome } = await convertFile(changed);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      const { durationSeconds, incomplete } = outcome;
      assert.ok(Math.abs(durationSeconds - wanted) < 0.06, `${durationSeconds} s`);
      assert.equal(incomplete, undefined);
    });
  }
});
