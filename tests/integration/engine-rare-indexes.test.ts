import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { listBoxes } from "../../parsing/box.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { editBox, u32 } from "../media/edit-boxes.ts";
import { generate } from "../media/make-media.ts";
import { wrapInWav } from "../media/rare-samples.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-rare-indexes-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 3;
const STBL = ["moov", "trak", "mdia", "minf", "stbl"];

async function make(name: string, args: string): Promise<Buffer> {
  const path = join(directory, name);
  await generate(`${args} ${path}`);
  return readFile(path);
}

async function convertBytes(name: string, bytes: Buffer) {
  const path = join(directory, `changed-${name}`);
  await writeFile(path, bytes);
  return convertFile(path);
}

const noise = (rate: number) => `-f lavfi -i anoisesrc=d=${SECONDS}:a=0.3:r=${rate}:seed=1`;
const readBox = (bytes: Buffer, ...path: string[]): Buffer => {
  const [first, ...rest] = path;
  const top = listBoxes(bytes, 0, bytes.length).find(({ type }) => type === first);
  const box = rest.length > 0 ? top?.find(...rest) : top;
  assert.ok(box, path.join("/"));
  return Buffer.from(bytes.subarray(box.bodyStart, box.end));
};

suite("two sample descriptions in one track are converted one after the other", () => {
  for (const [rate, codec] of [
    [44_100, "aac"],
    [48_000, "aac -ac 2"],
    [32_000, "aac -ac 1"],
  ] as const) {
    test(`${rate} Hz, ${codec}`, async () => {
      const first = await make("first.m4a", `${noise(48_000)} -c:a aac -ac 1`);
      const second = await make("second.m4a", `${noise(rate)} -c:a ${codec}`);
      const both = [first, second];
      const ftyp = makeBox("ftyp", readBox(first, "ftyp"));
      const data = both.map((bytes) => readBox(bytes, "mdat"));
      const sizes = both.map((bytes) => readBox(bytes, ...STBL, "stsz"));
      const counts = sizes.map((table) => table.readUInt32BE(8));
      const [one = 0, two = 0] = counts;
      // The muxer writes the samples to mdat without gaps.
      const starts = [ftyp.length + 8, ftyp.length + 8 + (data[0]?.length ?? 0)];
      const entries = both.map((bytes) => readBox(bytes, ...STBL, "stsd").subarray(8));
      const edits: [string, Buffer][] = [
        ["stsd", Buffer.concat([u32(0, 2), ...entries])],
        [
          "stsz",
          Buffer.concat([u32(0, 0, one + two), ...sizes.map((table) => table.subarray(12))]),
        ],
        ["stsc", u32(0, 2, 1, one, 1, 2, two, 2)],
        ["stco", u32(0, 2, ...starts)],
        ["stts", u32(0, 2, one, 1024, two, Math.round((1024 * 48_000) / rate))],
      ];
      const changed = edits.reduce(
        (bytes, [type, body]) => editBox(bytes, [...STBL, type], () => body),
        first,
      );
      const movie = editBox(changed, ["moov", "trak"], (trak) =>
        Buffer.concat(
          listBoxes(trak, 0, trak.length)
            .filter(({ type }) => type !== "edts")
            .map(({ whole }) => Buffer.from(whole)),
        ),
      );
      const moov = makeBox("moov", readBox(movie, "moov"));
      const { outcome } = await convertBytes(
        "two.m4a",
        Buffer.concat([ftyp, makeBox("mdat", ...data), moov]),
      );
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.deepEqual([outcome.notes, outcome.incomplete], [[], undefined]);
      assert.ok(
        Math.abs(outcome.durationSeconds - 2 * SECONDS) < 0.2,
        `${outcome.durationSeconds} s`,
      );
    });
  }
});

test("compact sample sizes are read, and a cut file with them is truncated", async () => {
  const bytes = await make("front.m4a", `${noise(48_000)} -c:a aac -movflags +faststart`);
  const table = readBox(bytes, ...STBL, "stsz");
  const count = table.readUInt32BE(8);
  const compact = Buffer.alloc(12 + 2 * count);
  compact.writeUInt32BE(16, 4);
  compact.writeUInt32BE(count, 8);
  for (let n = 0; n < count; n++) compact.writeUInt16BE(table.readUInt32BE(12 + 4 * n), 12 + 2 * n);
  const renamed = editBox(bytes, STBL, (stbl) =>
    Buffer.concat(
      listBoxes(stbl, 0, stbl.length).map(({ type, whole }) =>
        type === "stsz" ? makeBox("stz2", compact) : Buffer.from(whole),
      ),
    ),
  );
  // Fill up the bytes that the table lost, so that the samples don't move.
  const padding = makeBox("free", Buffer.alloc(bytes.length - renamed.length - 8));
  const moovEnd = listBoxes(renamed, 0, renamed.length).find(({ type }) => type === "moov")?.end;
  const whole = Buffer.concat([renamed.subarray(0, moovEnd), padding, renamed.subarray(moovEnd)]);
  const { outcome } = await convertBytes("compact.m4a", whole);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.ok(Math.abs(outcome.durationSeconds - SECONDS) < 0.05, `${outcome.durationSeconds} s`);
  for (const share of [0.5, 0.9]) {
    const cut = (await convertBytes("compact.m4a", whole.subarray(0, whole.length * share)))
      .outcome;
    assert.equal(cut.kind === "failed" && cut.code, "truncated", JSON.stringify(cut));
  }
});

test("a kind of AAC without a decoder is an unsupported codec", async () => {
  const bytes = await make("kind.m4a", `${noise(48_000)} -c:a aac -ac 2`);
  // The decoder's configuration: object type 2 (LC) in five bits, then the rate and the channels.
  const at = bytes.indexOf("1190", bytes.indexOf("esds"), "hex");
  assert.ok(at > 0);
  for (const objectType of [6, 12, 20]) {
    bytes.writeUInt8((objectType << 3) | 1, at);
    const { outcome } = await convertBytes("kind.m4a", bytes);
    assert.equal(
      outcome.kind === "failed" && outcome.code,
      "unsupported-codec",
      JSON.stringify(outcome),
    );
  }
});

suite("radio whose clock jumps is converted whole", () => {
  for (const [name, offsets] of [
    ["forward by a quarter of an hour", [0, 1000]],
    ["back by a quarter of an hour", [1000, 0]],
    ["to the same time, as for an advertisement", [0, 0]],
    ["several times", [500, 20, 900]],
  ] as const) {
    for (const codec of ["aac", "mp2"]) {
      test(`${codec}, ${name}`, async () => {
        const parts: Buffer[] = [];
        for (const offset of offsets) {
          const args = `${noise(48_000)} -c:a ${codec} -output_ts_offset ${offset}`;
          parts.push(await make("part.ts", args));
        }
        const { outcome } = await convertBytes("radio.ts", Buffer.concat(parts));
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        const wanted = SECONDS * offsets.length;
        assert.ok(Math.abs(outcome.durationSeconds - wanted) < 0.2, JSON.stringify(outcome));
      });
    }
  }
});

test("AC-3 from a player's digital output doesn't become noise", async () => {
  const tone = `-f lavfi -i aevalsrc=0.3*sin(880*PI*t):s=48000:d=${SECONDS} -ac 2 -c:a ac3`;
  const wrapped = wrapInWav(await make("tone.spdif", `${tone} -f spdif`));
  const [output, direct] = [
    await convertBytes("spdif.wav", wrapped),
    await convertBytes("tone.ac3", await make("tone.ac3", tone)),
  ];
  assert.ok(output.outcome.kind === "converted", JSON.stringify(output.outcome));
  const [heard, expected] = await Promise.all(
    [output, direct].map(({ sink }) => decodeMp3(sink.mp3 as Buffer, directory, 48_000)),
  );
  const level = (pcm: Float32Array = new Float32Array()) =>
    Math.sqrt(pcm.reduce((sum, s) => sum + s * s, 0) / pcm.length);
  assert.ok(Math.abs(level(heard?.pcm) - level(expected?.pcm)) < 0.01);
});
