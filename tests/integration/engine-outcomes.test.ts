import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertMedia } from "../../engine/convert-media.ts";
import type { EngineOptions, Outcome } from "../../engine/types.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { MemorySink, openFileSource } from "../media/file-source.ts";
import { generate, MEDIA_SECONDS, makeMedia } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-outcomes-"));
after(() => rm(directory, { recursive: true }));
const { path: ffmpegPath } = await resolveFfmpeg();

const codeOf = (outcome: Outcome) => (outcome.kind === "failed" ? outcome.code : outcome.kind);

/** Writes an ffmpeg that runs `before` first if its arguments contain `argument`. */
async function wrapFfmpeg(name: string, argument: string, before: string): Promise<string> {
  const path = join(directory, name);
  const script = `#!/bin/sh\ncase " $* " in *" ${argument} "*) ${before};; esac\nexec "${ffmpegPath}" "$@"\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

/** Long enough for two encoders. */
const long = join(directory, "long.flac");
await generate(`-f lavfi -i aevalsrc=0.3*sin(880*PI*t):s=48000:d=24 ${long}`);

const convertWith = async (path: string, options: Partial<EngineOptions>) =>
  (await convertFile(long, { ffmpegPath: path, ...options })).outcome;

/** An argument that only this process gets. */
const PARTS = { probe: "ffmetadata", decoder: "framecrc", encoder: "pipe:0" };

suite("a process that is killed by a signal", { concurrency: 1 }, () => {
  for (const [part, argument] of Object.entries(PARTS)) {
    // Run two encoders, because the decoder then fails to write to the one that died.
    const options = { workers: 2 };
    for (const signal of ["ABRT", "SEGV", "FPE", "ILL", "XCPU"]) {
      test(`SIG${signal} in the ${part} is the file's fault`, async () => {
        const path = await wrapFfmpeg(`${part}-${signal}`, argument, `kill -${signal} $$`);
        assert.equal(codeOf(await convertWith(path, options)), "damaged");
      });
    }
    for (const signal of ["KILL", "TERM"]) {
      test(`SIG${signal} in the ${part} is not`, async () => {
        const path = await wrapFfmpeg(`${part}-${signal}`, argument, `kill -${signal} $$`);
        await assert.rejects(convertWith(path, options), {
          name: "OutsideFault",
          message: `ffmpeg was ended by SIG${signal}`,
        });
      });
    }
  }
});

test("a missing ffmpeg is not the file's fault", async () => {
  await assert.rejects(convertWith(join(directory, "nowhere"), {}), { name: "FfmpegUnavailable" });
});

test("a sink that refuses is not the file's fault, whatever it throws", async () => {
  for (const method of ["write", "finish"] as const) {
    const sink = new MemorySink();
    sink[method] = async () => {
      throw new TypeError("S3 answered nonsense");
    };
    const source = openFileSource(await makeMedia("mkv-aac", directory));
    const options = { quality: "v2", fallbackTitle: "", ffmpegPath, remainingSeconds: 90 } as const;
    const hooks = { signal: AbortSignal.timeout(60_000) };
    await assert.rejects(convertMedia(source, sink, options, hooks), { name: "OutsideFault" });
    assert.ok(sink.aborted);
  }
});

test("a fragment whose table names bytes outside its data is left out, and its length is reported", async () => {
  const path = await makeMedia("mp4-aac-fragmented-default-base", directory);
  const bytes = await readFile(path);
  // The offset of the last fragment's run, behind its version, flags and count.
  const trun = bytes.lastIndexOf("trun");
  for (const [offset, reason] of [
    // The data may have been in a box that was cut off.
    [0x7fffffff, "ends-early"],
    [-bytes.length, "gaps"],
    [0, "gaps"],
  ] as const) {
    bytes.writeInt32BE(offset, trun + 12);
    await writeFile(path, bytes);
    const { outcome } = await convertFile(path);
    assert.ok(outcome.kind === "converted", `${offset}`);
    assert.equal(outcome.incomplete?.reason, reason, `${offset}`);
    const sum = outcome.durationSeconds + (outcome.incomplete?.missingSeconds ?? 0);
    assert.ok(Math.abs(sum - MEDIA_SECONDS) < 0.1, `${offset}: ${sum} s`);
  }
});

test("a file is damaged if all its fragments name bytes outside their data", async () => {
  const path = await makeMedia("mp4-aac-fragmented-default-base", directory);
  const bytes = await readFile(path);
  for (let at = bytes.indexOf("trun"); at >= 0; at = bytes.indexOf("trun", at + 1)) {
    bytes.writeInt32BE(0x7fffffff, at + 12);
  }
  await writeFile(path, bytes);
  assert.equal(codeOf((await convertFile(path)).outcome), "damaged");
});

test("an MP3 is damaged if its gapless data cut off all of it", async () => {
  const path = join(directory, "short.mp3");
  await generate(`-f lavfi -i sine=d=0.1 ${path}`);
  const bytes = await readFile(path);
  // Delay and padding, 12 bits each, come 11 bytes after the encoder's name.
  bytes.writeUIntBE((4000 << 12) | 4000, bytes.indexOf("Lavc") + 21, 3);
  await writeFile(path, bytes);
  assert.equal(codeOf((await convertFile(path)).outcome), "damaged");
});

/** Writes a WAV of 32-bit floats, 48 kHz, mono. */
async function writeFloatWav(name: string, samples: Float32Array): Promise<string> {
  const head = Buffer.alloc(44);
  head.write("RIFF");
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  for (const [index, value] of [16, 0x10003, 48_000, 192_000, 0x200004].entries()) {
    head.writeUInt32LE(value, 16 + index * 4);
  }
  head.write("data", 36);
  head.writeUInt32LE(samples.byteLength, 40);
  const path = join(directory, name);
  await writeFile(path, Buffer.concat([head, Buffer.from(samples.buffer)]));
  return path;
}

const FLOAT_SECONDS = 4;
/** One channel is decoded to two, each with half the power. */
const MONO_GAIN = Math.SQRT1_2;
const makeTone = (level: number) =>
  Float32Array.from({ length: FLOAT_SECONDS * 48_000 }, (_, n) => level * Math.sin(n / 17));

suite("samples that can't be encoded as they are", { concurrency: 1 }, () => {
  const BAD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e10, -3e38];
  for (const value of BAD) {
    for (const loudness of [undefined, -16]) {
      test(`${value} is clamped, with loudness ${loudness}`, async () => {
        const samples = makeTone(0.5).fill(value, 60_000, 60_100);
        const path = await writeFloatWav("bad.wav", samples);
        const { outcome, sink } = await convertFile(path, { ...(loudness && { loudness }) });
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        assert.equal(outcome.durationSeconds, FLOAT_SECONDS);
        const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 48_000);
        const [before, after] = [pcm.subarray(0, 100_000), pcm.subarray(150_000)];
        // The audio around them is unchanged.
        const level = loudness === undefined ? 0.5 * MONO_GAIN : measurePeak(before);
        for (const part of [before, after]) {
          assert.ok(Math.abs(measurePeak(part) - level) < 0.02, `${measurePeak(part)}`);
        }
        assert.ok(pcm.every((sample) => Math.abs(sample) < 2));
      });
    }
  }

  test("nothing but NaN is converted to something", async () => {
    const path = await writeFloatWav("nan.wav", makeTone(1).fill(Number.NaN));
    assert.equal(codeOf((await convertFile(path)).outcome), "converted");
  });

  test("a recording above full scale is turned down, not clipped, and that is reported", async () => {
    const { outcome, sink } = await convertFile(await writeFloatWav("hot.wav", makeTone(2.5)));
    assert.ok(outcome.kind === "converted");
    assert.ok(Math.abs(outcome.figures.peakGainDb - (-1 - 20 * Math.log10(2.5))) < 0.01);
    assert.deepEqual(outcome.notes, [{ code: "turned-down", detail: "-9.0 dB" }]);
    const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 48_000);
    // A sine's peak is √2 times its RMS. Clipping would lower that factor.
    const middle = pcm.subarray(50_000, 150_000);
    const rms = Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
    assert.ok(Math.abs(rms * Math.SQRT2 - MONO_GAIN * 10 ** (-1 / 20)) < 0.01, `${rms}`);
    assert.ok(measurePeak(pcm) < 0.95 * MONO_GAIN);
  });

  test("so is WavPack with floating-point samples, on which LAME would fail", async () => {
    const wav = await writeFloatWav("hot.wav", makeTone(2.5));
    for (const container of ["wv", "mka"]) {
      const path = join(directory, `hot.${container}`);
      await generate(`-i ${wav} -c:a wavpack -sample_fmt fltp ${path}`);
      const { outcome } = await convertFile(path);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.deepEqual(outcome.notes, [{ code: "turned-down", detail: "-9.0 dB" }]);
    }
  });

  test("a recording up to full scale stays as loud as it is", async () => {
    const { outcome } = await convertFile(await writeFloatWav("full.wav", makeTone(1)));
    assert.equal(outcome.kind === "converted" && outcome.figures.peakGainDb, 0);
    assert.deepEqual(outcome.kind === "converted" && outcome.notes, []);
  });
});

const measurePeak = (pcm: Float32Array) =>
  pcm.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);

test("an impossible rate is damage, and doesn't become an hour of silence", async () => {
  for (const rate of [1, 7, 999]) {
    const path = await writeFloatWav("slow.wav", makeTone(0.5));
    const bytes = await readFile(path);
    bytes.writeUInt32LE(rate, 24);
    bytes.writeUInt32LE(rate * 4, 28);
    await writeFile(path, bytes);
    assert.equal(codeOf((await convertFile(path)).outcome), "damaged", `${rate} Hz`);
  }
});
