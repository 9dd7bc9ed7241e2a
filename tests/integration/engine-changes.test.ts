import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { EngineOptions } from "../../engine/types.ts";
import { compareAudio, decodeAudio, JUDGE_SECONDS, joinAudio } from "../media/compare-audio.ts";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-changes-"));
after(() => rm(directory, { recursive: true }));

const PIECE_SECONDS = 3;

/** Two tones that go up and down. Each piece has a different part of the scale. */
const tones = (piece: number, channels: number) =>
  Array.from({ length: channels }, (_, channel) => {
    const hertz = 300 + 170 * piece + 60 * (channel % 2);
    return `0.1*sin(2*PI*(${hertz}*t+20*t*t))`;
  }).join("|");

interface Piece {
  layout: "mono" | "stereo" | "5.1";
  rate?: number;
}

const CHANNELS = { mono: 1, stereo: 2, "5.1": 6 } as const;

/** Makes each piece as a separate file and joins them, as a live encoder would. */
async function makeJoined(name: string, ending: string, codec: string, pieces: readonly Piece[]) {
  const parts: Buffer[] = [];
  const expected: Float32Array[] = [];
  for (const [index, { layout, rate = 48000 }] of pieces.entries()) {
    const path = join(directory, `${name}-${index}.${ending}`);
    const source = `aevalsrc=${tones(index, CHANNELS[layout])}:c=${layout}:s=${rate}:d=${PIECE_SECONDS}`;
    await generate(`-f lavfi -i ${source} -c:a ${codec} ${path}`);
    parts.push(await readFile(path));
    expected.push(await decodeAudio(path));
  }
  const path = join(directory, `${name}.${ending}`);
  await writeFile(path, Buffer.concat(parts));
  return { path, expected: joinAudio(...expected) };
}

async function judge(
  path: string,
  expected: Float32Array,
  options: Partial<EngineOptions> = {},
): Promise<void> {
  const { outcome, sink } = await convertFile(path, options);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  // A change of format doesn't count as damage.
  assert.deepEqual([outcome.notes, outcome.incomplete], [[], undefined]);
  const mp3 = join(directory, `${process.hrtime.bigint()}.mp3`);
  await writeFile(mp3, sink.mp3 as Buffer);
  const verdict = compareAudio(expected, await decodeAudio(mp3));
  assert.ok(Math.abs(verdict.longerSeconds) < JUDGE_SECONDS * 3, JSON.stringify(verdict));
  // Encoders fade in at their start, so one block differs at each change.
  assert.ok(verdict.differentSeconds <= 1, JSON.stringify(verdict));
}

suite("a track whose channels or rate change is converted whole", { concurrency: 1 }, () => {
  const CASES: [string, string, string, Piece[]][] = [
    ["ac3-ts", "ts", "ac3", [{ layout: "stereo" }, { layout: "5.1" }, { layout: "stereo" }]],
    ["ac3", "ac3", "ac3", [{ layout: "5.1" }, { layout: "stereo" }]],
    ["mono-first", "aac", "aac", [{ layout: "mono" }, { layout: "stereo" }]],
    ["vorbis", "ogg", "libvorbis", [{ layout: "stereo" }, { layout: "mono", rate: 44100 }]],
    ["opus", "opus", "libopus", [{ layout: "mono" }, { layout: "stereo" }, { layout: "mono" }]],
    ["flac", "ogg", "flac", [{ layout: "stereo" }, { layout: "stereo", rate: 96000 }]],
    ["rate", "aac", "aac", [{ layout: "stereo" }, { layout: "stereo", rate: 44100 }]],
    ["rates-ts", "ts", "aac", [{ layout: "stereo", rate: 44100 }, { layout: "mono" }]],
    ["loas", "latm", "aac", [{ layout: "stereo" }, { layout: "5.1", rate: 44100 }]],
    ["low-rate-first", "ts", "mp2", [{ layout: "mono", rate: 22050 }, { layout: "stereo" }]],
  ];
  for (const [name, ending, codec, pieces] of CASES) {
    test(name, async () => {
      const { path, expected } = await makeJoined(name, ending, codec, pieces);
      await judge(path, expected);
      // Try several encoders, which take turns, and then a rate that needs only one.
      await judge(path, expected, { workers: 3, segmentSeconds: 0.5 });
    });
  }
});

test("an AC-3 track that changes is converted whole from MKV and MP4, too", async () => {
  const pieces: Piece[] = [{ layout: "stereo" }, { layout: "5.1" }, { layout: "mono" }];
  const { path, expected } = await makeJoined("remuxed", "ac3", "ac3", pieces);
  for (const ending of ["mkv", "mp4"]) {
    await generate(`-i ${path} -c copy ${path}.${ending}`);
    await judge(`${path}.${ending}`, expected);
  }
});

/** FLV 10.1 annex E: a header of 13 bytes, then tags. Each tag is followed by its size. */
function* readFlvTags(flv: Buffer): Generator<Buffer> {
  for (let at = 13; at + 11 < flv.length; ) {
    const tagBytes = flv.readUIntBE(at + 1, 3) + 11 + 4;
    yield flv.subarray(at, at + tagBytes);
    at += tagBytes;
  }
}

test("a live FLV whose encoder restarted is converted whole", async () => {
  const pieces: Piece[] = [{ layout: "mono", rate: 44100 }, { layout: "stereo" }];
  const { path, expected } = await makeJoined("live", "flv", "aac", pieces);
  const live: Buffer[] = [(await readFile(path)).subarray(0, 13)];
  for (const index of pieces.keys()) {
    for (const tag of readFlvTags(await readFile(join(directory, `live-${index}.flv`)))) {
      const milliseconds = tag.readUIntBE(4, 3) + index * PIECE_SECONDS * 1000;
      tag.writeUIntBE(milliseconds, 4, 3);
      // The metadata only have the length of the first piece.
      if (tag[0] === 8) live.push(tag);
    }
  }
  await writeFile(path, Buffer.concat(live));
  await judge(path, expected);
});
