import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Outcome } from "../../engine/types.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { generate, MEDIA_SECONDS, type MediaName, makeMedia } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-damage-"));
after(() => rm(directory, { recursive: true }));

type Converted = Extract<Outcome, { kind: "converted" }>;

const PACKET_BYTES = 188;

async function convertDamaged(name: MediaName, damage: (bytes: Buffer) => Buffer) {
  const path = await makeMedia(name, directory);
  await writeFile(path, damage(await readFile(path)));
  return (await convertFile(path)).outcome;
}

/** Writes zeros over a part of the bytes, like a download with gaps. */
const blank = (from: number, to: number) => (bytes: Buffer) =>
  Buffer.from(bytes).fill(0, Math.floor(bytes.length * from), Math.floor(bytes.length * to));

suite("a file of the right size with a part missing is truncated", { concurrency: 1 }, () => {
  const CASES: [MediaName, number, number][] = [
    ["mkv-opus", 0.3, 0.6],
    ["mkv-opus", 0.66, 1],
    ["mkv-aac", 0.66, 1],
    ["webm-vorbis", 0.66, 1],
    ["mp4-aac-faststart", 0.4, 0.6],
    ["mka", 0.4, 0.6],
    ["flac", 0.4, 0.6],
    ["mp3", 0.4, 0.6],
  ];
  for (const [name, from, to] of CASES) {
    test(`${name}, zeros from ${from} to ${to}`, async () => {
      const outcome = await convertDamaged(name, blank(from, to));
      assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
    });
  }
});

/** Drops every nth packet of a transport stream. */
const dropEvery = (nth: number) => (bytes: Buffer) => {
  const packets = Array.from({ length: bytes.length / PACKET_BYTES }, (_, index) =>
    bytes.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES),
  );
  return Buffer.concat(packets.filter((_, index) => index % nth !== nth - 1));
};

/** Cuts a fifth out of the middle of a transport stream. */
const cutOut = (bytes: Buffer) => {
  const packets = bytes.length / PACKET_BYTES;
  const [from, to] = [0.4, 0.6].map((share) => Math.floor(packets * share) * PACKET_BYTES);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
};

suite("a transport stream that lost packets", { concurrency: 1 }, () => {
  for (const name of ["ts-aac", "ts-ac3", "ts-mp2"] as const) {
    test(`${name}: the rest is converted, and the errors are counted`, async () => {
      const outcome = await convertDamaged(name, dropEvery(150));
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      // ffmpeg takes a while to find MP2's next frame.
      assert.ok(outcome.durationSeconds > 0.5 * MEDIA_SECONDS, `${outcome.durationSeconds} s`);
      assert.ok(outcome.figures.readErrors > 0);
      assertSaid(outcome);
    });

    test(`${name}: a gap between whole packets is reported`, async () => {
      const outcome = await convertDamaged(name, cutOut);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      const { missingSeconds } = outcome.figures;
      assert.ok(missingSeconds > 0.8 && missingSeconds < 2, `${missingSeconds} s`);
    });
  }

  test("is truncated if most of it can't be decoded", async () => {
    const outcome = await convertDamaged("ts-mp2", dropEvery(40));
    assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
  });
});

suite("a loss after the first packets of a live recording is reported with its length", () => {
  for (const [name, codec, from, to] of [
    ["ac3.mka", "ac3 -b:a 192k", 2400, 22_000],
    ["pcm.mka", "pcm_s16le -ac 1 -af aresample=22050,asetnsamples=2048", 4583, 40_000],
  ] as const) {
    test(name, async () => {
      const path = join(directory, name);
      await generate(`-f lavfi -i sine=d=4 -c:a ${codec} -f matroska -live 1 ${path}`);
      await writeFile(path, (await readFile(path)).fill(0, from, to));
      const { outcome } = await convertFile(path);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.equal(outcome.incomplete?.reason, "gaps");
      const sum = outcome.durationSeconds + (outcome.incomplete.missingSeconds ?? 0);
      assert.ok(outcome.durationSeconds < 3.5 && Math.abs(sum - 4) < 0.1, `${sum} s`);
    });
  }
});

test("a recording keeps its end if damaged packets have too many frames", async () => {
  const path = join(directory, "voice.3gp");
  const tone = "aevalsrc='if(gte(t,3.6),0.5*sin(2500*t),0)':s=8000:d=4";
  await generate(`-f lavfi -i ${tone} -c:a libopencore_amrnb -b:a 12.2k ${path}`);
  const bytes = await readFile(path);
  // A byte of 4 begins a frame of 13 bytes, so that two fit into a packet.
  const data = bytes.indexOf("mdat", 0, "latin1") + 4;
  await writeFile(path, bytes.fill(4, data + 50 * 32, data + 100 * 32));
  const { outcome, sink } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 8000);
  assert.ok(pcm.subarray(-4000, -2000).some((sample) => Math.abs(sample) > 0.1));
});

test("an MP3 that lost a byte is copied without that frame, which is counted", async () => {
  const outcome = await convertDamaged("mp3", (bytes) => {
    const middle = Math.floor(bytes.length / 2);
    return Buffer.concat([bytes.subarray(0, middle), bytes.subarray(middle + 1)]);
  });
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.ok(outcome.figures.readErrors > 0);
  assertSaid(outcome);
});

test("a damaged MP3 track in a WAV is copied with a note", async () => {
  const path = join(directory, "mp3.wav");
  await generate(`-f lavfi -i sine=d=30 -c:a libmp3lame ${path}`);
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  await writeFile(path, bytes.fill(0x20, middle, middle + 900));
  const { outcome } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.match(outcome.figures.plan, /stream-copy/);
  assertSaid(outcome);
});

/** Asserts that the outcome says how much is lost, or that parts are damaged. */
function assertSaid({ incomplete, notes = [] }: Pick<Converted, "incomplete" | "notes">) {
  const isNoted = notes.some(({ code }) => code === "unread-parts");
  assert.ok(incomplete !== undefined || isNoted, "the outcome doesn't report the loss");
}

test("lost bytes in the middle of a raw stream are reported", async () => {
  for (const name of ["aac-adts", "ac3", "amr", "latm"] as const) {
    const outcome = await convertDamaged(name, (bytes) => {
      const [from, to] = [0.5, 0.55].map((share) => Math.floor(bytes.length * share) + 7);
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    });
    assert.ok(outcome.kind === "converted", `${name}: ${JSON.stringify(outcome)}`);
    assertSaid(outcome);
  }
});

test("an AMR whose last third is zeros says that its end is missing", async () => {
  const outcome = await convertDamaged("amr", blank(0.67, 1));
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.equal(outcome.incomplete?.reason, "ends-early");
});

test("an undamaged source has no read errors", async () => {
  for (const name of [
    "ts-aac",
    "mkv-opus",
    "mp4-aac-faststart",
    "mpg-mp2",
    "wma",
    "mp3",
  ] as const) {
    const outcome = await convertDamaged(name, (bytes) => bytes);
    assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
    assert.equal(outcome.figures.readErrors, 0, name);
    assert.deepEqual(outcome.notes ?? [], [], name);
    assert.ok(outcome.figures.missingSeconds < 0.1, name);
  }
});
