import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { promisify } from "node:util";
import { listChunks } from "../../engine/containers/pcm/chunk-list.ts";
import { rebuildPcm } from "../../engine/containers/pcm/rebuild-pcm.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-pcm-chunks-"));
after(() => rm(directory, { recursive: true }));

const run = promisify(execFile);

const RATE = 48_000;
const SECONDS = 3;
const FRAME_BYTES = 4;

/** Two channels of 16 bits. Every sample is different, so that a shift would show. */
const samples = Buffer.from(
  Int16Array.from({ length: SECONDS * RATE * 2 }, (_, n) => 9000 * Math.sin(n * n * 1e-7)).buffer,
);

const u32 = (value: number, isBigEndian = false) => {
  const bytes = Buffer.alloc(4);
  if (isBigEndian) bytes.writeUInt32BE(value >>> 0);
  else bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
/** Writes all ones for -1. */
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
};

/** A chunk of a WAV or AIFF, with a true or a wrong size. */
const chunk = (name: string, body: Buffer, bytes = body.length, isBigEndian = false) =>
  Buffer.concat([
    ...[Buffer.from(name, "latin1"), u32(bytes, isBigEndian), body],
    Buffer.alloc(body.length & 1),
  ]);
const bigChunk = (name: string, body: Buffer) => chunk(name, body, body.length, true);

const makeFormat = (channels: number, rate: number, sampleBytes: number, tag = 1) => {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * channels * sampleBytes, 8);
  format.writeUInt16LE(channels * sampleBytes, 12);
  format.writeUInt16LE(sampleBytes * 8, 14);
  return chunk("fmt ", format);
};
const format = makeFormat(2, RATE, 2);

/** A Wave64 that states these sizes of the file and of its samples. */
const wave64 = (fileBytes: number, samplesBytes: number) => {
  const rest = Buffer.from("f3acd3118cd100c04f8edb8a", "hex");
  const part = (name: string, bytes: number) =>
    Buffer.concat([Buffer.from(name, "latin1"), rest, u64(bytes)]);
  return Buffer.concat([
    Buffer.from("riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0", "latin1"),
    ...[u64(fileBytes), Buffer.from("wave"), rest],
    ...[part("fmt ", 40), format.subarray(8), part("data", samplesBytes), samples],
  ]);
};

const wav = (...chunks: Buffer[]) => {
  const body = Buffer.concat([Buffer.from("WAVE"), ...chunks]);
  return Buffer.concat([Buffer.from("RIFF"), u32(body.length), body]);
};
/** An RF64 with this 64-bit size of its samples. */
const rf64 = (samplesBytes: number, ...chunks: Buffer[]) => {
  const sizes = chunk("ds64", Buffer.concat([u64(0), u64(samplesBytes), u64(0), u32(0)]));
  return Buffer.concat([Buffer.from("RF64"), u32(-1), Buffer.from("WAVE"), sizes, ...chunks]);
};
const aiff = (...chunks: Buffer[]) =>
  bigChunk("FORM", Buffer.concat([Buffer.from("AIFF"), ...chunks]));

const HALF = samples.length / 2;
const [first, second] = [samples.subarray(0, HALF), samples.subarray(HALF)];
const data = (body: Buffer, bytes = body.length) => chunk("data", body, bytes);
const list = chunk("LIST", Buffer.from("INFOINAM\x06\0\0\0Title\0", "latin1"));
const junk = chunk("JUNK", Buffer.alloc(301));

/** A chunk that only one program knows. It would be heard if it were played. */
const own = chunk("ResU", Buffer.from(samples.subarray(-40_001)));
/** An ID3 tag outside of any chunk, as some programs append it. */
const bareTag = Buffer.concat([
  Buffer.from("ID3\x03\0\0\0\x01\x20\0", "latin1"),
  samples.subarray(-20_480),
]);

const JOINED = 120;
const JOINED_BYTES = samples.length / JOINED;
const joined = Array.from({ length: JOINED }, (_, at) =>
  wav(format, data(samples.subarray(at * JOINED_BYTES, (at + 1) * JOINED_BYTES))),
);

const swapped = Buffer.from(samples).swap16();
const common = bigChunk(
  "COMM",
  Buffer.concat([
    Buffer.from([0, 2]),
    u32(samples.length / FRAME_BYTES, true),
    // 48,000 as an 80-bit float.
    Buffer.from("0010400ebb80000000000000", "hex"),
  ]),
);
const ssnd = (body: Buffer) => bigChunk("SSND", Buffer.concat([Buffer.alloc(8), body]));
/** Samples that begin later in their chunk, after bytes that would be heard. */
const lateSsnd = (body: Buffer, offset = 504, saidOffset = offset) => {
  const fields = Buffer.concat([u32(saidOffset, true), u32(512, true)]);
  return bigChunk("SSND", Buffer.concat([fields, samples.subarray(-offset, samples.length), body]));
};

const FILES: Record<string, Buffer> = {
  "two chunks of samples": wav(format, data(first), data(second)),
  "tags between them": wav(format, data(first), list, data(second)),
  "four chunks of samples": wav(
    format,
    ...[0, 1, 2, 3].flatMap((part) => [
      data(samples.subarray(part * (HALF / 2), (part + 1) * (HALF / 2))),
      junk,
    ]),
  ),
  "an empty chunk of samples first": wav(format, data(Buffer.alloc(0)), list, data(samples)),
  "the format after the samples": wav(list, data(samples), list, format),
  "tags and padding before the format": wav(
    chunk("JUNK", Buffer.alloc(200_000)),
    list,
    format,
    data(samples),
  ),
  "a chunk of odd size that isn't padded": wav(
    format,
    chunk("LIST", Buffer.from("INFOx")).subarray(0, -1),
    data(samples),
  ),
  "a WAV after the first": Buffer.concat([wav(format, data(first)), wav(format, data(second))]),
  "a hundred and twenty WAVs joined": Buffer.concat(joined),
  "a program's own chunk after the samples": wav(format, data(samples), own),
  "a program's own chunk, then tags": wav(format, data(samples), own, list),
  "a program's own chunks between samples": wav(format, data(first), own, own, data(second)),
  "an ID3 tag outside of any chunk after the samples": Buffer.concat([
    wav(format, data(samples)),
    bareTag,
  ]),
  "a size that counts only some of the samples": wav(
    format,
    Buffer.concat([Buffer.from("data"), u32(HALF), samples]),
  ),
  "an RF64 with two chunks of samples": rf64(HALF, format, data(first), data(second)),
  "an RF64 that never got its size": rf64(0, format, data(samples, -1)),
  "an RF64 that never got its size in 64 bits": rf64(0, format, data(samples), list),
  "an RF64 without a size after a long chunk": rf64(
    0,
    chunk("bext", Buffer.alloc(100_000)),
    format,
    data(samples, -1),
  ),
  "a Wave64 with a size": wave64(104 + samples.length, 24 + samples.length),
  "a Wave64 with sizes of 0": wave64(0, 0),
  "a Wave64 with all ones": wave64(-1, -1),
  "a Wave64 that counts no samples": wave64(104, 24),
  "an AIFF with its format after the samples": aiff(ssnd(swapped), common),
  "an AIFF with two chunks of samples": aiff(
    common,
    ssnd(swapped.subarray(0, HALF)),
    ssnd(swapped.subarray(HALF)),
  ),
  "an AIFF whose samples begin later": aiff(common, lateSsnd(swapped)),
  "the same with its format after them": aiff(lateSsnd(swapped), common),
  "the same in two chunks": aiff(
    common,
    lateSsnd(swapped.subarray(0, HALF)),
    lateSsnd(swapped.subarray(HALF), 32_000),
  ),
  "the same without a size": aiff(common, Buffer.from(lateSsnd(swapped)).fill(0, 4, 8)),
  "an AIFF whose samples are said to begin after its end": aiff(
    common,
    bigChunk("SSND", Buffer.concat([u32(-1), u32(0), swapped])),
  ),
};

suite("PCM is converted whole, however its chunks are ordered", { concurrency: 1 }, async () => {
  const convert = async (bytes: Buffer) => {
    const path = join(directory, "changed.wav");
    await writeFile(path, bytes);
    return convertFile(path);
  };
  const plain = (await convert(wav(format, data(samples)))).sink.mp3 as Buffer;
  const expected = (await decodeMp3(plain, directory, RATE)).pcm;
  for (const [name, bytes] of Object.entries(FILES)) {
    test(name, async () => {
      const { outcome, sink } = await convert(bytes);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.deepEqual([outcome.notes, outcome.incomplete], [[], undefined]);
      assert.equal(outcome.durationSeconds, SECONDS);
      assert.deepEqual((await decodeMp3(sink.mp3 as Buffer, directory, RATE)).pcm, expected);
    });
  }
  test("a note says that a part can't be joined", async () => {
    const other = wav(makeFormat(1, 8000, 2), data(second));
    const { outcome } = await convert(Buffer.concat([wav(format, data(first)), other]));
    assert.ok(outcome.kind === "converted");
    assert.deepEqual(
      outcome.notes?.map(({ code }) => code),
      ["unread-parts"],
    );
  });
  test("many bytes after the counted samples are reported, unless they are zeros", async () => {
    const [head, ...rest] = [wav(format, data(first)), junk.subarray(8), second.subarray(0, 100)];
    for (const [after, notes] of [
      [second, ["unread-parts"]],
      [Buffer.alloc(HALF), []],
      [Buffer.concat(rest), []],
      [chunk("unkn", second), []],
    ] as const) {
      const { outcome } = await convert(Buffer.concat([head, after]));
      assert.ok(outcome.kind === "converted");
      assert.equal(outcome.durationSeconds, SECONDS / 2);
      assert.deepEqual(
        outcome.notes?.map(({ code }) => code),
        notes,
      );
    }
  });
  test("the file's own number of compressed samples counts", async () => {
    const path = join(directory, "compressed.aiff");
    await run(await findFullFfmpeg(), [
      ...["-v", "error", "-f", "lavfi", "-i", `sine=440:d=${SECONDS}`],
      ...["-c:a", "adpcm_ima_qt", path],
    ]);
    const whole = await convertFile(path);
    await appendFile(path, Buffer.from("after the samples"));
    const { outcome, sink } = await convertFile(path);
    assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
    assert.deepEqual(sink.mp3, whole.sink.mp3);
  });
  test("only the fields of an endless description are read", async () => {
    const bytes = 2 ** 30;
    const head = Buffer.concat([
      ...[aiff(ssnd(swapped.subarray(0, 4000))), Buffer.from("COMM"), u32(bytes, true)],
      common.subarray(8),
    ]);
    const reader = new RangeReader({
      sizeBytes: head.length + bytes,
      async *read(startByte, endByte) {
        for (let at = startByte; at < endByte; at += 65_536) {
          const piece = Buffer.alloc(Math.min(65_536, endByte - at));
          head.copy(piece, 0, Math.min(at, head.length), at + piece.length);
          yield piece;
        }
      },
    });
    const list = await listChunks(reader, reader.signal);
    assert.ok(list && !list.isRegular);
    await rebuildPcm(reader, list, reader.signal);
    assert.ok(reader.counter.bytesRead < 2 ** 20, `${reader.counter.bytesRead} bytes`);
  });
  test("a truncated last chunk is reported", async () => {
    const bytes = wav(format, data(first), data(second)).subarray(0, -10_000);
    const { outcome } = await convert(bytes);
    assert.equal(outcome.kind === "failed" && outcome.code, "truncated");
  });
  test("a file without samples has no audio", async () => {
    for (const empty of [
      wav(format, data(Buffer.alloc(0)), list),
      wav(format, data(Buffer.alloc(0))),
    ]) {
      const { outcome } = await convert(empty);
      assert.equal(
        outcome.kind === "failed" && outcome.code,
        "no-audio-track",
        JSON.stringify(outcome),
      );
    }
  });
});
