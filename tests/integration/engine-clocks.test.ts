import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { listBoxes } from "../../parsing/box.ts";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-clocks-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 3;
const RATE = 48000;
const TONE = `-f lavfi -i sine=d=${SECONDS}:r=${RATE}`;
const PICTURES = `-f lavfi -i testsrc2=s=64x48:r=25:d=${SECONDS}`;

async function make(name: string, args: string): Promise<string> {
  const path = join(directory, name);
  await generate(`${TONE} ${args} ${path}`);
  return path;
}

async function convert(path: string) {
  const { outcome } = await convertFile(path);
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
  return outcome as Extract<typeof outcome, { kind: "converted" }>;
}

const isNear = (seconds: number, wanted: number) => Math.abs(seconds - wanted) < 0.06;

suite("a recording of a broadcast isn't called incomplete, although its clock began long before", () => {
  const LATE = "-output_ts_offset 4000";
  for (const [name, args] of [
    ["radio.opus", "-c:a libopus"],
    ["radio.oga", "-c:a flac -f ogg"],
    ["radio.ogg", "-c:a libvorbis"],
    ["radio.asf", "-c:a wmav2"],
    ["radio.nut", "-c:a aac"],
    ["radio.flv", "-c:a aac"],
    ["radio.webm", "-c:a libopus"],
    ["live.webm", "-c:a libopus -live 1"],
    ["video.mkv", `${PICTURES} -map 1 -map 0 -c:v mpeg4 -c:a aac`],
    // The clock of a transport stream has 33 bits, and restarts after 26.5 hours.
    ["wraps.ts", "-c:a aac -output_ts_offset 95441"],
    ["wraps.mpg", "-c:a mp2 -output_ts_offset 95441"],
  ] as const) {
    test(name, async () => {
      const offset = args.includes("_offset") ? "" : ` ${LATE}`;
      const { durationSeconds, incomplete, figures } = await convert(
        await make(name, `${args}${offset}`),
      );
      assert.ok(isNear(durationSeconds, SECONDS), `${durationSeconds} s`);
      assert.equal(incomplete, undefined);
      assert.ok(figures.missingSeconds < 0.1, `${figures.missingSeconds} s`);
    });
  }
});

suite("fragments that are missing, repeated or joined", async () => {
  const path = await make(
    "whole.mp4",
    "-c:a aac -movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 500000",
  );
  const bytes = await readFile(path);
  const boxes = listBoxes(bytes, 0, bytes.length);
  const starts = boxes.flatMap(({ type, start }) => (type === "moof" ? [start] : []));
  const [second = 0, third = 0, fourth = 0] = starts.slice(1);
  const head = bytes.subarray(0, starts[0]);

  async function convertJoined(name: string, ...parts: Buffer[]) {
    const changed = join(directory, `${name}.mp4`);
    await writeFile(changed, Buffer.concat(parts));
    return await convert(changed);
  }

  test("a missing fragment is a gap, and the outcome says how long it is", async () => {
    const whole = await convert(path);
    const { durationSeconds, incomplete } = await convertJoined(
      "gap",
      bytes.subarray(0, third),
      bytes.subarray(fourth),
    );
    assert.equal(incomplete?.reason, "gaps");
    const sum = durationSeconds + (incomplete?.missingSeconds ?? 0);
    assert.ok(isNear(sum, whole.durationSeconds), `${sum} s`);
  });

  test("zeros in place of a fragment are a gap, too", async () => {
    const holed = Buffer.from(bytes).fill(0, third - 900, fourth - 3000);
    const { durationSeconds, incomplete, figures } = await convertJoined("holed", holed);
    assert.equal(incomplete?.reason, "gaps");
    assert.ok(figures.readErrors > 0);
    const sum = durationSeconds + (incomplete?.missingSeconds ?? 0);
    assert.ok(isNear(sum, SECONDS), `${sum} s`);
    assert.ok(durationSeconds > 2, `${durationSeconds} s`);
  });

  async function convertBroken(name: string, edit: (trun: number, file: Buffer) => void) {
    const broken = Buffer.from(bytes);
    edit(broken.indexOf("trun", third, "latin1"), broken);
    return await convertJoined(name, broken);
  }

  test("a fragment with a table that contradicts the file is a gap", async () => {
    const { durationSeconds, incomplete } = await convertBroken("place", (trun, file) =>
      file.writeUInt32BE(0x7fffff, trun + 12),
    );
    assert.equal(incomplete?.reason, "gaps");
    const sum = durationSeconds + (incomplete?.missingSeconds ?? 0);
    assert.ok(isNear(sum, SECONDS), `${sum} s`);
  });

  test("a fragment with a sample that is too large is converted up to that sample", async () => {
    const { durationSeconds, incomplete } = await convertBroken("size", (trun, file) =>
      file.writeUInt32BE(0xffff, trun + 16 + 4 * 4),
    );
    assert.equal(incomplete?.reason, "gaps");
    assert.ok(durationSeconds > SECONDS - 0.5 + 0.06, `${durationSeconds} s`);
    const sum = durationSeconds + (incomplete?.missingSeconds ?? 0);
    assert.ok(isNear(sum, SECONDS), `${sum} s`);
  });

  for (const [name, edit] of [
    ["samples than its table", (trun, file) => file.writeUInt32BE(0xffffff, trun + 8)],
    ["bytes than the box around it", (trun, file) => file.writeUInt32BE(0xffffff, trun - 4)],
  ] as const satisfies [string, (trun: number, file: Buffer) => void][]) {
    test(`a fragment that claims more ${name} is read as far as it goes`, async () => {
      const { durationSeconds, incomplete } = await convertBroken(name.replaceAll(" ", "-"), edit);
      assert.ok(isNear(durationSeconds, SECONDS), `${durationSeconds} s`);
      assert.equal(incomplete, undefined);
    });
  }

  test("without its first fragments, the recording begins later", async () => {
    const { durationSeconds, incomplete } = await convertJoined(
      "late",
      head,
      bytes.subarray(third),
    );
    assert.equal(incomplete, undefined);
    assert.ok(isNear(durationSeconds, SECONDS - 1), `${durationSeconds} s`);
  });

  test("audio that begins after the pictures has no gap after its first packet", async () => {
    const late = join(directory, "late-audio.mp4");
    const movflags = "-movflags +frag_keyframe+empty_moov+default_base_moof";
    const maps = "-map 1:a -map 0:v -c:v mpeg4 -c:a aac";
    await generate(`${PICTURES} -itsoffset 0.6 ${TONE} ${maps} -g 10 ${movflags} ${late}`);
    const { incomplete, durationSeconds } = await convert(late);
    assert.equal(incomplete, undefined);
    assert.ok(isNear(durationSeconds, SECONDS), `${durationSeconds} s`);
  });

  test("a fragment that was sent twice is converted once", async () => {
    const { durationSeconds, incomplete } = await convertJoined(
      "twice",
      bytes.subarray(0, third),
      bytes.subarray(second),
    );
    assert.equal(incomplete, undefined);
    assert.ok(isNear(durationSeconds, SECONDS), `${durationSeconds} s`);
  });

  test("a fragment of MP3 that was sent twice is copied once", async () => {
    const copied = await readFile(
      await make(
        "copied.mp4",
        "-c:a libmp3lame -movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 500000",
      ),
    );
    const [from = 0, to = 0] = listBoxes(copied)
      .flatMap(({ type, start }) => (type === "moof" ? [start] : []))
      .slice(1);
    const whole = await convertJoined("copied-1", copied);
    const twice = await convertJoined("copied-2", copied.subarray(0, to), copied.subarray(from));
    assert.match(twice.figures.plan, /stream-copy/);
    assert.equal(twice.durationSeconds, whole.durationSeconds);
  });

  test("Smooth Streaming's fragments have times, too", async () => {
    const smooth = await readFile(
      await make("smooth.ismv", "-c:a aac -f ismv -frag_duration 500000"),
    );
    const [from = 0, to = 0] = listBoxes(smooth)
      .flatMap(({ type, start }) => (type === "moof" ? [start] : []))
      .slice(2);
    const gap = await convertJoined("smooth-gap", smooth.subarray(0, from), smooth.subarray(to));
    assert.equal(gap.incomplete?.reason, "gaps");
    const sum = gap.durationSeconds + (gap.incomplete?.missingSeconds ?? 0);
    assert.ok(isNear(sum, SECONDS), `${sum} s`);
    const twice = await convertJoined("smooth-2", smooth.subarray(0, to), smooth.subarray(from));
    assert.equal(twice.incomplete, undefined);
    assert.ok(isNear(twice.durationSeconds, SECONDS), `${twice.durationSeconds} s`);
  });

  test("a large empty box at the end doesn't mean missing audio", async () => {
    const free = makeBox("free", Buffer.alloc(100_000));
    assert.equal((await convertJoined("free", bytes, free)).incomplete, undefined);
  });

  test("audio in the second data box of its fragment is read", async () => {
    const pictures = makeBox("mdat", Buffer.alloc(1000));
    const parts = boxes.flatMap(({ type, whole }) => {
      const box = Buffer.from(whole);
      if (type !== "moof") return [box];
      const placeAt = box.indexOf("trun", 0, "latin1") + 12;
      box.writeUInt32BE(box.readUInt32BE(placeAt) + pictures.length, placeAt);
      return [box, pictures];
    });
    const { durationSeconds, notes } = await convertJoined("two-boxes", ...parts);
    assert.deepEqual(notes, []);
    assert.ok(isNear(durationSeconds, SECONDS), `${durationSeconds} s`);
  });

  test("tables without their data mean missing audio", async () => {
    const ends = [
      [starts.at(-1) ?? 0, "ends-early"],
      [third, "gaps"],
    ] as const;
    for (const [start, reason] of ends) {
      const data = boxes.find((box) => box.type === "mdat" && box.start > start);
      const kept = [bytes.subarray(0, data?.start), bytes.subarray(data?.end)];
      assert.equal((await convertJoined(reason, ...kept)).incomplete?.reason, reason);
    }
  });

  test("a repeated header is skipped", async () => {
    const { durationSeconds } = await convertJoined(
      "headers",
      bytes.subarray(0, third),
      head,
      bytes.subarray(third),
    );
    assert.ok(isNear(durationSeconds, SECONDS), `${durationSeconds} s`);
  });
});

suite("fragments at the end", () => {
  const FRAGMENTS = "-c:a aac -frag_duration 500000 -movflags";
  async function makeStarts(name: string, movflags: string) {
    const path = await make(name, `${FRAGMENTS} ${movflags}`);
    const bytes = await readFile(path);
    const boxes = listBoxes(bytes, 0, bytes.length);
    return { path, bytes, starts: boxes.filter(({ type }) => type === "moof") };
  }

  test("are reported as missing, with their length, if the index names them", async () => {
    const { path, bytes, starts } = await makeStarts("dash.mp4", "+dash+global_sidx");
    await writeFile(path, bytes.subarray(0, starts.at(-2)?.start));
    const { durationSeconds, incomplete } = await convert(path);
    assert.equal(incomplete?.reason, "ends-early");
    const sum = durationSeconds + (incomplete?.missingSeconds ?? 0);
    assert.ok(isNear(sum, SECONDS), `${sum} s`);
  });

  for (const [name, movflags] of [
    ["zeros.mp4", "+empty_moov+default_base_moof"],
    ["zeros-behind-an-index.mp4", "+faststart+frag_keyframe"],
  ] as const) {
    test(`are truncated if there are zeros instead: ${name}`, async () => {
      const { path, bytes, starts } = await makeStarts(name, movflags);
      await writeFile(path, bytes.fill(0, starts.at(-2)?.start));
      const { outcome } = await convertFile(path);
      assert.equal(outcome.kind === "failed" && outcome.code, "truncated");
      const accepted = await convertFile(path, { acceptIncomplete: true });
      assert.equal(
        accepted.outcome.kind === "converted" && accepted.outcome.incomplete?.reason,
        "ends-early",
      );
    });
  }
});
