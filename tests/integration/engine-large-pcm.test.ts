import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertMedia } from "../../engine/convert-media.ts";
import type { EngineOptions, SourceReader } from "../../engine/types.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { decodeMp3 } from "../media/convert-file.ts";
import { MemorySink } from "../media/file-source.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-large-pcm-"));
after(() => rm(directory, { recursive: true }));

/** As much audio as possible in a second, so that 4 GB are few seconds. */
const [CHANNELS, RATE, SAMPLE_BYTES] = [8, 192_000, 4];
const SECOND_BYTES = CHANNELS * RATE * SAMPLE_BYTES;
const SECONDS = 702;
const SAMPLES_BYTES = SECONDS * SECOND_BYTES;
const WRAP = 2 ** 32;
const ALL_ONES = WRAP - 1;

/** Silence, and a tone in the last second. */
const silence = Buffer.alloc(4 * 1024 * 1024);
const tone = Buffer.from(
  Int32Array.from(
    { length: CHANNELS * RATE },
    (_, n) => 5e8 * Math.sin(Math.floor(n / CHANNELS) / 30),
  ).buffer,
);

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value % WRAP);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const chunk = (name: string, body: Buffer) =>
  Buffer.concat([Buffer.from(name), u32(body.length), body]);

const fields = Buffer.alloc(16);
fields.writeUInt16LE(1, 0);
fields.writeUInt16LE(CHANNELS, 2);
fields.writeUInt32LE(RATE, 4);
fields.writeUInt32LE(SECOND_BYTES, 8);
fields.writeUInt16LE(CHANNELS * SAMPLE_BYTES, 12);
fields.writeUInt16LE(SAMPLE_BYTES * 8, 14);
const format = chunk("fmt ", fields);
const list = chunk("LIST", Buffer.from("INFOINAM\x06\0\0\0Title\0", "latin1"));

const startData = (bytes: number) => Buffer.concat([Buffer.from("data"), u32(bytes)]);
const startWav = (afterBytes: number) =>
  Buffer.concat([
    ...[Buffer.from("RIFF"), u32(36 + SAMPLES_BYTES + afterBytes), Buffer.from("WAVE")],
    ...[format, startData(SAMPLES_BYTES)],
  ]);
const startRf64 = (wideBytes: number, narrowBytes: number, ...chunks: Buffer[]) =>
  Buffer.concat([
    ...[Buffer.from("RF64"), u32(ALL_ONES), Buffer.from("WAVE")],
    chunk("ds64", Buffer.concat([u64(0), u64(wideBytes), u64(0), u32(0)])),
    ...[...chunks, format, startData(narrowBytes)],
  ]);

/** A Core Audio file that states this size of its samples. */
function startCaf(bytes: number): Buffer {
  const description = Buffer.alloc(32);
  description.writeDoubleBE(RATE, 0);
  description.write("lpcm", 8);
  // Little-endian integers.
  description.writeUInt32BE(2, 12);
  description.writeUInt32BE(CHANNELS * SAMPLE_BYTES, 16);
  description.writeUInt32BE(1, 20);
  description.writeUInt32BE(CHANNELS, 24);
  description.writeUInt32BE(SAMPLE_BYTES * 8, 28);
  const size = (value: number) => u64(value).reverse();
  return Buffer.concat([
    ...[Buffer.from("caff\0\x01\0\0", "latin1"), Buffer.from("desc"), size(32), description],
    ...[Buffer.from("data"), size(4 + bytes), u32(0)],
  ]);
}

/** A file of gigabytes whose bytes are made when they are read. */
function openSparse(head: Buffer, tail: Buffer): SourceReader {
  const samplesEnd = head.length + SAMPLES_BYTES;
  const stretches = [
    { start: 0, bytes: head },
    { start: samplesEnd - tone.length, bytes: tone },
    { start: samplesEnd, bytes: tail },
  ];
  return {
    sizeBytes: samplesEnd + tail.length,
    async *read(startByte, endByte) {
      for (let at = startByte; at < endByte; ) {
        const here = stretches.find(({ start, bytes }) => at >= start && at < start + bytes.length);
        const next = stretches.find(({ start }) => start > at)?.start ?? endByte;
        const chunk = here
          ? here.bytes.subarray(at - here.start, endByte - here.start)
          : silence.subarray(0, Math.min(endByte, next) - at);
        at += chunk.length;
        yield chunk;
      }
    },
  };
}

async function convert(source: SourceReader, options: Partial<EngineOptions>) {
  const { path: ffmpegPath } = await resolveFfmpeg();
  const sink = new MemorySink();
  const outcome = await convertMedia(
    source,
    sink,
    { quality: "96", fallbackTitle: "Name", ffmpegPath, remainingSeconds: 900, ...options },
    { signal: AbortSignal.timeout(300_000) },
  );
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.deepEqual([outcome.notes, outcome.incomplete], [[], undefined]);
  return { outcome, sink };
}

test("a WAV above 4 GB whose size wrapped is converted to its end, with its title after it", async () => {
  assert.ok(SAMPLES_BYTES > WRAP);
  const source = openSparse(startWav(list.length), list);
  const { outcome, sink } = await convert(source, { startSeconds: SECONDS - 2 });
  assert.equal(outcome.durationSeconds, 2);
  assert.equal(outcome.title, "Title");
  const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 48_000);
  const peak = (from: number, to: number) =>
    pcm
      .subarray(from * 96_000, to * 96_000)
      .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  assert.ok(peak(0.1, 0.9) < 0.001 && peak(1.1, 1.9) > 0.1, `${peak(0.1, 0.9)} ${peak(1.1, 1.9)}`);
});

test("an AU above 4 GB whose size wrapped is converted to the end of its samples", async () => {
  const head = Buffer.alloc(24);
  head.write(".snd");
  // Encoding 5 is 32-bit PCM.
  for (const [at, value] of [24, SAMPLES_BYTES % WRAP, 5, RATE, CHANNELS].entries()) {
    head.writeUInt32BE(value, 4 + 4 * at);
  }
  const source = openSparse(head, Buffer.alloc(6000, "after "));
  const { outcome } = await convert(source, { startSeconds: SECONDS - 2 });
  assert.equal(outcome.durationSeconds, 2);
});

/** Far more than a selection of two seconds needs, and far less than the file. */
const FEW_BYTES = 200e6;

suite("a selection at the start of a large file reads little of it, whatever its sizes say", () => {
  const long = chunk("bext", Buffer.alloc(100_000));
  const HEADS = {
    "a WAV whose size wrapped": startWav(0),
    "an RF64 with its size": startRf64(SAMPLES_BYTES, ALL_ONES),
    "an RF64 without a size": startRf64(0, ALL_ONES),
    "an RF64 without a size after a long chunk": startRf64(0, ALL_ONES, long),
    "an RF64 whose size isn't in 64 bits": startRf64(0, SAMPLES_BYTES),
    "an RF64 with all ones": startRf64(2 ** 53, ALL_ONES),
    "an RF64 that counts only its first seconds": startRf64(3 * SECOND_BYTES, ALL_ONES),
    "a Core Audio file with its size": startCaf(SAMPLES_BYTES),
    "a Core Audio file that counts only its first seconds": startCaf(3 * SECOND_BYTES),
  };
  for (const [name, head] of Object.entries(HEADS)) {
    test(name, async () => {
      const { outcome } = await convert(openSparse(head, Buffer.alloc(0)), { endSeconds: 2 });
      assert.equal(outcome.durationSeconds, 2);
      assert.ok(outcome.figures.bytesRead < FEW_BYTES, `${outcome.figures.bytesRead}`);
    });
  }
});
