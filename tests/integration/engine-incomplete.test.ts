import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { endsWhole } from "../../client/soundtrack/ends-whole.ts";
import type { EngineOptions, Outcome } from "../../engine/types.ts";
import { compareAudio, decodeAudio, JUDGE_RATE } from "../media/compare-audio.ts";
import { convertFile } from "../media/convert-file.ts";
import { generate, MEDIA_SECONDS, makeMedia } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-incomplete-"));
after(() => rm(directory, { recursive: true }));

async function convert(path: string, options: Partial<EngineOptions> = {}) {
  const { outcome, sink } = await convertFile(path, options);
  assert.ok(outcome.kind === "converted", `${path}: ${JSON.stringify(outcome)}`);
  const mp3 = `${path}.mp3`;
  await writeFile(mp3, sink.mp3 as Buffer);
  return { ...outcome, pcm: await decodeAudio(mp3) };
}

const codeOf = (outcome: Outcome) => (outcome.kind === "failed" ? outcome.code : outcome.kind);

suite("an interrupted recording is converted as far as it goes", { concurrency: 1 }, () => {
  for (const name of [
    "interrupted-fragmented",
    "interrupted-mkv-live",
    "interrupted-flv",
    "interrupted-ts",
    "interrupted-ogg",
  ] as const) {
    test(name, async () => {
      const path = await makeMedia(name, directory);
      const { durationSeconds, incomplete, pcm } = await convert(path);
      assert.equal(incomplete?.reason, "ends-early");
      assert.ok(durationSeconds > 0.4 * MEDIA_SECONDS && durationSeconds < 0.7 * MEDIA_SECONDS);
      const expected = await decodeAudio(path);
      const { longerSeconds, differentSeconds } = compareAudio(expected, pcm);
      assert.ok(Math.abs(longerSeconds) < 0.15, `${longerSeconds} s longer`);
      assert.ok(differentSeconds <= 0.25, `${differentSeconds} s differ`);
    });
  }

  test("the missing length is reported if the file declares its length", async () => {
    const path = await makeMedia("interrupted-flv", directory);
    const { durationSeconds, incomplete } = await convert(path);
    const wholeSeconds = durationSeconds + (incomplete?.missingSeconds ?? 0);
    assert.ok(Math.abs(wholeSeconds - MEDIA_SECONDS) < 0.1, `${wholeSeconds} s`);
  });

  test("a selection before the missing end is complete", async () => {
    const path = await makeMedia("interrupted-mkv-live", directory);
    const { durationSeconds, incomplete } = await convert(path, { endSeconds: 2 });
    assert.ok(Math.abs(durationSeconds - 2) < 0.01, `${durationSeconds} s`);
    assert.equal(incomplete, undefined);
  });
});

test("a file with a better copy elsewhere is refused, unless the user accepts an incomplete one", async () => {
  for (const name of ["truncated-faststart", "truncated-mkv", "truncated-avi"] as const) {
    const path = await makeMedia(name, directory);
    assert.equal(codeOf((await convertFile(path)).outcome), "truncated", name);
    const { durationSeconds, incomplete } = await convert(path, { acceptIncomplete: true });
    assert.equal(incomplete?.reason, "ends-early");
    // ffmpeg ignores the length in a truncated AVI's header.
    const missingSeconds = incomplete.missingSeconds ?? MEDIA_SECONDS - durationSeconds;
    assert.ok(
      Math.abs(durationSeconds + missingSeconds - MEDIA_SECONDS) < 0.15,
      `${name}: ${durationSeconds} s, ${missingSeconds} s are missing`,
    );
    assert.ok(durationSeconds > 0.4 * MEDIA_SECONDS, `${name}: ${durationSeconds} s`);
  }
});

test("a file without any index can't be converted", async () => {
  const path = await makeMedia("truncated-moov-last", directory);
  const { outcome } = await convertFile(path, { acceptIncomplete: true });
  assert.equal(codeOf(outcome), "truncated");
});

/** Drops packets and keeps the times of the others, like a bad network or a paused recorder. */
async function makeGap(name: string, encoder: string, muxer: string): Promise<string> {
  const whole = join(directory, `${name}.whole.mka`);
  const tone = "aevalsrc=0.2*sin(2*PI*(300*t+30*t*t)):s=48000:d=8";
  await generate(`-f lavfi -i ${tone} ${encoder} ${whole}`);
  const path = join(directory, name);
  const drop = "noise=drop=between(pts*tb\\,3\\,5)";
  await generate(`-i ${whole} -c copy -bsf:a ${drop} -f ${muxer} ${path}`);
  return path;
}

suite("audio without pictures is joined at a gap in its timestamps, and the gap is reported", {
  concurrency: 1,
}, () => {
  for (const [name, encoder, muxer] of [
    ["voice.webm", "-c:a libopus", "webm"],
    ["voice.opus", "-c:a libopus", "ogg"],
    ["voice.mka", "-c:a aac", "matroska"],
    ["voice.m4a", "-c:a aac", "mp4"],
    ["voice.avi", "-c:a ac3", "avi"],
    ["radio.ts", "-c:a mp2", "mpegts"],
    ["long-packets.m2ts", "-c:a aac -ar 24000", "mpegts -mpegts_m2ts_mode 1"],
    ["radio.flv", "-c:a aac -ar 44100", "flv"],
  ] as const) {
    test(name, async () => {
      const path = await makeGap(name, encoder, muxer);
      const { durationSeconds, incomplete, figures, pcm } = await convert(path);
      assert.ok(Math.abs(durationSeconds - 6) < 0.1, `${durationSeconds} s`);
      assert.equal(incomplete?.reason, "gaps");
      assert.ok(Math.abs((incomplete.missingSeconds ?? 0) - 2) < 0.15);
      assert.ok(Math.abs(figures.missingSeconds - 2) < 0.15);
      const { differentSeconds } = compareAudio(await decodeAudio(path), pcm);
      assert.ok(differentSeconds <= 0.25, `${differentSeconds} s differ`);
    });
  }
});

/** A video whose audio lacks its fourth and fifth second, or ends two seconds before the pictures. */
async function makeGapInVideo(name: string, codecs: string, muxer: string, from = 3, to = 5) {
  const whole = join(directory, `${name}.whole.mkv`);
  const pictures = "-f lavfi -i testsrc2=s=160x120:r=25:d=8";
  await generate(`-f lavfi -i sine=440:r=48000:d=8 ${pictures} ${codecs} ${whole}`);
  const path = join(directory, name);
  const drop = `noise=drop=between(pts*tb\\,${from}\\,${to})`;
  await generate(`-i ${whole} -map 0 -c copy -bsf:a ${drop} ${muxer} ${path}`);
  return path;
}

suite("a gap next to pictures is reported, too, but an early end isn't", { concurrency: 1 }, () => {
  const H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25";
  const KINDS = {
    "gap.mkv": [`${H264} -c:a aac`, "-f matroska"],
    "gap.webm": ["-c:v libvpx -b:v 100k -deadline realtime -c:a libopus", "-f webm"],
    "gap.ts": [`${H264} -c:a mp2`, "-f mpegts"],
    "gap.flv": [`${H264} -c:a aac -ar 44100`, "-f flv"],
    "gap.frag.mp4": [`${H264} -c:a aac`, "-movflags +frag_keyframe+empty_moov -f mp4"],
    "gap.mp4": [`${H264} -c:a aac`, "-f mp4"],
    "copied.mkv": [`${H264} -c:a libmp3lame -b:a 64k`, "-f matroska"],
    "copied.ts": [`${H264} -c:a libmp3lame -b:a 64k`, "-f mpegts"],
    "copied.frag.mp4": [
      `${H264} -c:a libmp3lame -b:a 64k`,
      "-movflags +frag_keyframe+empty_moov -f mp4",
    ],
  } as const;
  for (const [name, [codecs, muxer]] of Object.entries(KINDS)) {
    test(name, async () => {
      const { durationSeconds, incomplete, figures } = await convert(
        await makeGapInVideo(name, codecs, muxer),
      );
      assert.ok(Math.abs(durationSeconds - 6) < 0.1, `${durationSeconds} s`);
      assert.equal(incomplete?.reason, "gaps");
      assert.ok(Math.abs((incomplete.missingSeconds ?? 0) - 2) < 0.1);
      assert.ok(Math.abs(figures.missingSeconds - 2) < 0.1);
    });
  }

  test("audio that ends before the pictures is complete", async () => {
    const path = await makeGapInVideo("early.mkv", `${H264} -c:a aac`, "-f matroska", 6, 9);
    assert.equal((await convert(path)).incomplete, undefined);
  });

  test("rounded times with jitter are no gap", async () => {
    const path = join(directory, "jitter.mkv");
    const whole = await makeGapInVideo("even.mkv", `${H264} -c:a aac`, "-f matroska", 9, 9);
    const jitter = "setts=ts=PTS+mod(N\\,7)*6-18";
    await generate(`-i ${whole} -map 0 -c copy -bsf:a ${jitter} ${path}`);
    assert.equal((await convert(path)).incomplete, undefined);
  });

  test("only gaps within the selection count", async () => {
    const path = await makeGapInVideo("chosen.mkv", `${H264} -c:a aac`, "-f matroska");
    assert.equal((await convert(path, { startSeconds: 5.5 })).incomplete, undefined);
    const { incomplete } = await convert(path, { startSeconds: 2, endSeconds: 7 });
    assert.ok(Math.abs((incomplete?.missingSeconds ?? 0) - 2) < 0.1);
  });
});

test("silence at the ends is dropped, and gaps aren't taken for silence", async () => {
  const path = await makeGap("quiet-end.mka", "-af apad=pad_dur=2 -c:a aac", "matroska");
  const { durationSeconds } = await convert(path, { trimSilence: true });
  // 8 s of which 2 s are dropped.
  assert.ok(Math.abs(durationSeconds - 6.2) < 0.15, `${durationSeconds} s`);
});

test("clients send the whole file if it doesn't end where it should", async () => {
  const CASES = {
    "mp4-aac-fragmented": true,
    "mp4-aac-moov-last": true,
    "mkv-aac": true,
    "ts-aac": true,
    "interrupted-fragmented": false,
    "truncated-faststart": false,
    "truncated-mkv": false,
    "interrupted-mkv-live": false,
    "interrupted-ts": false,
  } as const;
  for (const [name, isWhole] of Object.entries(CASES)) {
    const bytes = await readFile(await makeMedia(name as keyof typeof CASES, directory));
    const source = {
      sizeBytes: bytes.length,
      read: async (start: number, end: number) => Uint8Array.from(bytes.subarray(start, end)),
    };
    assert.equal(await endsWhole(source), isWhole, name);
  }
});

test("an MP3 joined from two rates is encoded as a whole", async () => {
  const parts = [48000, 44100, 48000].map((rate) => ({
    rate,
    path: join(directory, `${rate}.mp3`),
  }));
  for (const { rate, path } of parts) {
    await generate(`-f lavfi -i sine=440:r=${rate}:d=3 -ac 2 -c:a libmp3lame -b:a 128k ${path}`);
  }
  const path = join(directory, "joined.mp3");
  await writeFile(path, Buffer.concat(await Promise.all(parts.map((part) => readFile(part.path)))));
  const { durationSeconds, figures, pcm } = await convert(path);
  assert.equal(figures.plan, "sequential");
  assert.ok(Math.abs(durationSeconds - 9) < 0.1, `${durationSeconds} s`);
  assert.ok(Math.abs(pcm.length / 2 / JUDGE_RATE - durationSeconds) < 0.01);
});
