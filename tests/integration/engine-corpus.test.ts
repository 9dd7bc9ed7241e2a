import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertMedia } from "../../engine/convert-media.ts";
import { FrameSplitter } from "../../engine/mp3/frame.ts";
import type { EngineOptions, Outcome } from "../../engine/types.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { MemorySink, openFileSource } from "../media/file-source.ts";
import {
  MEDIA_SECONDS,
  type MediaName,
  makeMedia,
  makeNotMedia,
  NOT_MEDIA,
  RECIPES,
} from "../media/make-media.ts";
import { measureLoudness } from "../media/measure-loudness.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-corpus-"));
after(() => rm(directory, { recursive: true }));
const { path: ffmpegPath } = await resolveFfmpeg();

const decode = async (mp3: Buffer) => {
  const { samples, pcm } = await decodeMp3(mp3, directory, 48000);
  return { seconds: samples / 48000, pcm };
};

const FAILURES: Partial<Record<MediaName, Extract<Outcome, { kind: "failed" }>["code"]>> = {
  "no-audio": "no-audio-track",
  "no-audio-mkv": "no-audio-track",
};

/**
 * How many seconds an encoder may add if the container declares neither priming nor end.
 */
const LOOSE_SECONDS = 0.15;

suite("every container and codec", { concurrency: 2 }, () => {
  for (const name of Object.keys(RECIPES) as MediaName[]) {
    const code = name.startsWith("truncated") ? "truncated" : FAILURES[name];
    if (name.startsWith("interrupted")) continue;
    test(`${name} ${code ? `is refused as ${code}` : "is converted whole"}`, async () => {
      const { outcome, sink } = await convertFile(await makeMedia(name, directory));
      if (code) {
        assert.equal(outcome.kind === "failed" && outcome.code, code, JSON.stringify(outcome));
        assert.ok(sink.aborted);
        return;
      }
      assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
      assert.ok(sink.mp3);
      assert.ok(outcome.kind === "converted");
      assert.equal(outcome.sizeBytes, sink.mp3.length);
      assert.ok(
        Math.abs(outcome.durationSeconds - MEDIA_SECONDS) < LOOSE_SECONDS,
        `${outcome.durationSeconds} s`,
      );
      const { seconds, pcm } = await decode(sink.mp3);
      assert.ok(Math.abs(seconds - outcome.durationSeconds) < 0.0005, `decodes to ${seconds} s`);
      const peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      assert.ok(peak > 0.1 && peak < 1.0, `peak ${peak}`);
    });
  }

  for (const name of Object.keys(NOT_MEDIA)) {
    test(`${name} is refused as not-media`, async () => {
      const { outcome } = await convertFile(await makeNotMedia(name, directory));
      assert.equal(outcome.kind === "failed" && outcome.code, "not-media", JSON.stringify(outcome));
    });
  }
});

test("the default track is converted, not the first", async () => {
  const { sink } = await convertFile(await makeMedia("two-tracks-second-default", directory));
  const { pcm } = await decode(sink.mp3 as Buffer);
  // The default track has 660 Hz on the right. The other one has 440 Hz on both sides.
  assert.ok(Math.abs(findHertz(pcm, 1) - 660) < 5);
});

/** The frequency of a tone on one of two channels. */
function findHertz(pcm: Float32Array, channel: 0 | 1): number {
  const tone = pcm.filter((_, index) => index % 2 === channel).subarray(48000, 96000);
  let crossings = 0;
  for (let index = 1; index < tone.length; index++) {
    if ((tone[index - 1] as number) < 0 && (tone[index] as number) >= 0) crossings++;
  }
  return crossings;
}

test("if a camera's file has a track for each channel, left and right become stereo", async () => {
  const { outcome, sink } = await convertFile(await makeMedia("mxf-pcm-8-mono", directory));
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
  const { pcm } = await decode(sink.mp3 as Buffer);
  assert.ok(Math.abs(findHertz(pcm, 0) - 440) < 5);
  assert.ok(Math.abs(findHertz(pcm, 1) - 660) < 5);
});

test("an MP4's length is kept to the sample", async () => {
  for (const name of ["mp4-aac-faststart", "mp4-aac-moov-last", "mov-pcm"] as const) {
    const { outcome } = await convertFile(await makeMedia(name, directory));
    assert.equal(outcome.kind === "converted" && outcome.durationSeconds, MEDIA_SECONDS, name);
  }
});

test("a selection is cut to the sample", async () => {
  for (const name of ["mp4-aac-faststart", "mp4-aac-fragmented", "mkv-opus", "wav-s16"] as const) {
    const path = await makeMedia(name, directory);
    const { outcome, sink } = await convertFile(path, { startSeconds: 1.25, endSeconds: 3.7501 });
    assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
    assert.equal(Math.round(outcome.durationSeconds * 48000), Math.round(2.5001 * 48000), name);
    const { seconds } = await decode(sink.mp3 as Buffer);
    assert.equal(Math.round(seconds * 48000), Math.round(2.5001 * 48000), name);
  }
});

test("a start after the end is an empty selection", async () => {
  const path = await makeMedia("mp4-aac-faststart", directory);
  const { outcome } = await convertFile(path, { startSeconds: 100 });
  assert.equal(outcome.kind === "failed" && outcome.code, "empty-selection");
});

test("an end after the recording's end means the recording's end", async () => {
  for (const name of ["mp4-aac-faststart", "mp4-aac-fragmented", "mkv-aac", "ts-aac"] as const) {
    const path = await makeMedia(name, directory);
    const whole = await convertFile(path);
    for (const endSeconds of [MEDIA_SECONDS + 1, 1e12, 1e308]) {
      const { outcome, sink } = await convertFile(path, { endSeconds });
      assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
      assert.ok(sink.mp3?.equals(whole.sink.mp3 as Buffer), `${name} until ${endSeconds}`);
    }
    const { outcome } = await convertFile(path, { startSeconds: 1e307, endSeconds: 1e308 });
    assert.equal(outcome.kind === "failed" && outcome.code, "empty-selection", name);
  }
});

test("a source that would take too long is refused before any work", async () => {
  const path = await makeMedia("mp4-aac-faststart", directory);
  const { outcome } = await convertFile(path, { remainingSeconds: 2 });
  assert.equal(outcome.kind === "failed" && outcome.code, "too-long");
});

test("title and artist are kept, and the file's name replaces a missing title", async () => {
  const tagged = await convertFile(await makeMedia("mkv-opus", directory));
  assert.equal(tagged.outcome.kind === "converted" && tagged.outcome.title, "Tëst täpe");
  const inOgg = await convertFile(await makeMedia("opus", directory));
  assert.equal(inOgg.outcome.kind === "converted" && inOgg.outcome.title, "Tëst täpe");
  const { outcome } = await convertFile(await makeMedia("aac-adts", directory));
  assert.equal(outcome.kind === "converted" && outcome.title, "File name");
});

test("a source that fails once is read again, and one that always fails throws", async () => {
  const file = openFileSource(await makeMedia("mkv-aac", directory));
  let failures = 3;
  const flaky = {
    sizeBytes: file.sizeBytes,
    async *read(startByte: number, endByte: number, signal: AbortSignal) {
      for await (const chunk of file.read(startByte, endByte, signal)) {
        yield chunk;
        if (failures-- > 0) throw new Error("connection reset");
      }
    },
  };
  const options = { quality: "v2", fallbackTitle: "", ffmpegPath, remainingSeconds: 900 } as const;
  const hooks = { signal: AbortSignal.timeout(60_000) };
  const outcome = await convertMedia(flaky, new MemorySink(), options, hooks);
  assert.equal(outcome.kind, "converted");

  const broken = {
    sizeBytes: file.sizeBytes,
    // biome-ignore lint/correctness/useYield: it fails before its first byte
    async *read(): AsyncGenerator<Uint8Array> {
      throw new Error("access denied");
    },
  };
  const sink = new MemorySink();
  await assert.rejects(convertMedia(broken, sink, options, hooks), { name: "SourceUnreadable" });
  assert.ok(sink.aborted);
});

test("an abort ends the conversion and its processes", async () => {
  const path = await makeMedia("wav-s16", directory);
  const stop = new AbortController();
  const file = openFileSource(path);
  const stalling = {
    sizeBytes: file.sizeBytes,
    async *read(startByte: number, endByte: number, signal: AbortSignal) {
      if (startByte > 100_000) {
        stop.abort();
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        );
      }
      yield* file.read(startByte, endByte, signal);
    },
  };
  const options = { quality: "v2", fallbackTitle: "", ffmpegPath, remainingSeconds: 900 } as const;
  await assert.rejects(convertMedia(stalling, new MemorySink(), options, { signal: stop.signal }), {
    name: "AbortError",
  });
});

test("an MP3 track is copied bit for bit unless a preset or a selection demands otherwise", async () => {
  const path = await makeMedia("mp3", directory);
  const frames = async (options: Partial<EngineOptions>) => {
    const { outcome, sink } = await convertFile(path, options);
    assert.ok(outcome.kind === "converted");
    const found: string[] = [];
    const mp3 = sink.mp3 as Buffer;
    const tagBytes = 10 + [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (mp3[at] as number), 0);
    new FrameSplitter().push(mp3.subarray(tagBytes), (frame) => {
      found.push(Buffer.from(frame).toString("base64"));
    });
    return { copied: outcome.figures.plan.startsWith("stream-copy"), frames: found.slice(1) };
  };
  const source: string[] = [];
  new FrameSplitter({ skipJunk: true }).push(await readFile(path), (frame) => {
    source.push(Buffer.from(frame).toString("base64"));
  });
  const whole = await frames({});
  assert.ok(whole.copied);
  assert.deepEqual(whole.frames, source.slice(-whole.frames.length));
  assert.ok(source.length - whole.frames.length <= 1, "only the old header frame is gone");
  assert.equal((await frames({ startSeconds: 1 })).copied, false);
});

test("the requested loudness is reached if the peaks allow it", async () => {
  const path = await makeMedia("mkv-aac", directory);
  const { outcome, sink } = await convertFile(path, { loudness: -23 });
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
  const mp3 = join(directory, "loudness.mp3");
  await writeFile(mp3, sink.mp3 as Buffer);
  const integrated = await measureLoudness(mp3);
  assert.ok(Math.abs(integrated + 23) < 0.3, `${integrated} LUFS`);
});
