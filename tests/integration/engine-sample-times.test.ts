import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile } from "../media/convert-file.ts";
import { editBox, u32 } from "../media/edit-boxes.ts";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-sample-times-"));
after(() => rm(directory, { recursive: true }));

const TRACK = ["moov", "trak", "mdia"];
const SECONDS = 70;
const PACKET_SAMPLES = 1024;

/** A long track of AAC without an edit list. Its movie box is at the end. */
async function makeTrack(sampleRate: number) {
  const path = join(directory, `${sampleRate}.m4a`);
  await generate(
    `-f lavfi -i sine=r=${sampleRate}:d=${SECONDS} -c:a aac -b:a 32k -use_editlist 0 ${path}`,
  );
  const bytes = await readFile(path);
  const packets = Math.ceil((SECONDS * sampleRate) / PACKET_SAMPLES) + 1;
  return { bytes, packets, seconds: (packets * PACKET_SAMPLES) / sampleRate };
}

/** Gives the track another time scale and each packet the time from `place(n)` to `place(n + 1)`. */
function retime(bytes: Buffer, packets: number, timescale: number, place: (n: number) => number) {
  const entries = Array.from({ length: packets }, (_, n) => [1, place(n + 1) - place(n)]).flat();
  const timed = editBox(bytes, [...TRACK, "minf", "stbl", "stts"], () =>
    u32(0, packets, ...entries),
  );
  return editBox(timed, [...TRACK, "mdhd"], (body) => {
    body.writeUInt32BE(timescale, 12);
    body.writeUInt32BE(place(packets), 16);
    return body;
  });
}

suite("inexact timestamps don't mean missing audio", {
  concurrency: 1,
}, () => {
  const CASES: [string, number, (exact: (n: number) => number) => [number, typeof exact]][] = [
    ["rounded to 1/600 s", 44_100, (exact) => [600, (n) => Math.round(exact(n) * 600)]],
    ["rounded to milliseconds", 44_100, (exact) => [1000, (n) => Math.round(exact(n) * 1000)]],
    ["cut off at 1/600 s", 48_000, (exact) => [600, (n) => Math.floor(exact(n) * 600)]],
    ["in ticks of 90 kHz", 44_100, (exact) => [90_000, (n) => Math.round(exact(n) * 90_000)]],
    [
      "jittered by a third of a packet",
      48_000,
      (exact) => {
        const random = createRandom(9);
        const jitter = Array.from({ length: 5000 }, () => Math.round((random() - 0.5) * 700));
        return [48_000, (n) => Math.round(exact(n) * 48_000) + 350 + (n && (jitter[n] ?? 0))];
      },
    ],
    [
      "with a gap of two seconds in the middle",
      48_000,
      (exact) => [48_000, (n) => Math.round(exact(n) * 48_000) + (n > 500 ? 96_000 : 0)],
    ],
    [
      "with a first packet that is stretched until the pictures begin",
      44_100,
      (exact) => [44_100, (n) => Math.round(exact(n) * 44_100) + (n > 0 ? 17_640 : 0)],
    ],
  ];
  const tracks = new Map<number, ReturnType<typeof makeTrack>>();
  for (const [name, sampleRate, choose] of CASES) {
    test(name, async () => {
      const made = tracks.get(sampleRate) ?? makeTrack(sampleRate);
      tracks.set(sampleRate, made);
      const { bytes, packets, seconds } = await made;
      const [timescale, place] = choose((n) => (n * PACKET_SAMPLES) / sampleRate);
      const path = join(directory, "retimed.m4a");
      await writeFile(path, retime(bytes, packets, timescale, place));
      const { outcome } = await convertFile(path);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      const { durationSeconds } = outcome;
      assert.ok(Math.abs(durationSeconds - seconds) < 0.05, `${durationSeconds} of ${seconds} s`);
    });
  }
});

test("fragments with audio that begins late are complete", async () => {
  const path = join(directory, "late.mp4");
  const inputs = "-f lavfi -i testsrc2=s=64x48:r=5:d=6 -f lavfi -i sine=r=44100:d=6";
  const late = inputs.replace("-f lavfi -i sine", "-itsoffset 0.4 -f lavfi -i sine");
  await generate(
    `${late} -c:v libx264 -preset ultrafast -g 5 -c:a aac -movflags +frag_keyframe+empty_moov ${path}`,
  );
  const { outcome } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.ok(Math.abs(outcome.durationSeconds - 6) < 0.05, `${outcome.durationSeconds} s`);
});
