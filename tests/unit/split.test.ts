import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiClient } from "../../client/api-client.ts";
import { ApiError } from "../../client/errors.ts";
import { choosePieceOptions, convertPieces, planPieces } from "../../client/split.ts";
import { ConversionOptions } from "../../contract/conversion.ts";
import { buildId3 } from "../../engine/mp3/id3.ts";
import { skipPauses } from "../fakes/skip-pauses.ts";

const CHAPTERS = [
  { startSeconds: 2, title: "Opening" },
  { startSeconds: 60, title: "" },
  { startSeconds: 90, title: "Questions" },
];
const job = {
  jobId: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  fileName: "talk.mp4",
  options: { quality: "speech" },
  result: { sizeBytes: 1000, durationSeconds: 125, title: "A talk", chapters: CHAPTERS },
};

const times = (pieces: ReturnType<typeof planPieces>) =>
  pieces.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);

test("pieces of a given length cover the recording, and the last one is the rest", () => {
  assert.deepEqual(times(planPieces(job, { seconds: 60 })), [
    [0, 60],
    [60, 120],
    [120, undefined],
  ]);
  assert.equal(planPieces(job, { seconds: 125 }).length, 1);
  // At the largest number of pieces, the last one is longer.
  const many = planPieces(job, { seconds: 1 });
  assert.deepEqual([many.length, many.at(-1)?.endSeconds], [100, undefined]);
});

test("pieces stay within the time that the job converted", () => {
  const options = { ...job.options, startSeconds: 30, endSeconds: 155 };
  const pieces = planPieces({ ...job, options }, { seconds: 100 });
  assert.deepEqual(times(pieces), [
    [30, 130],
    [130, 155],
  ]);
});

test("chapters become pieces, and so does anything before the first", () => {
  const pieces = planPieces(job, "chapters");
  assert.deepEqual(times(pieces), [
    [0, 60],
    [60, 90],
    [90, undefined],
  ]);
  const plain = { ...job, result: { ...job.result, chapters: undefined } };
  assert.deepEqual(planPieces(plain, "chapters"), []);
});

test("chapters in any order become pieces, none of them empty", () => {
  const plan = (starts: number[], options: object = {}) => {
    const chapters = starts.map((startSeconds) => ({
      startSeconds,
      title: `from ${startSeconds}`,
    }));
    const pieces = planPieces(
      { ...job, options: { ...job.options, ...options }, result: { ...job.result, chapters } },
      "chapters",
    );
    const offered = pieces.map((_, at) => choosePieceOptions(job, pieces, at));
    for (const each of offered) assert.deepEqual(ConversionOptions.parse(each), each);
    return times(pieces);
  };
  assert.deepEqual(plan([90, 0, 60, 60]), [
    [0, 60],
    [60, 90],
    [90, undefined],
  ]);
  // The recording is 125 s long.
  assert.deepEqual(plan([0, 60, 125, 200]), [
    [0, 60],
    [60, undefined],
  ]);
  assert.deepEqual(plan([0, 10, 60, 70], { startSeconds: 20, endSeconds: 70 }), [
    [20, 60],
    [60, 70],
  ]);
  // 30 s of silence were dropped.
  assert.deepEqual(plan([30, 140], { trimSilence: true }), [
    [0, 140],
    [140, undefined],
  ]);
});

test("each piece is named, numbered, and part of an album", () => {
  const pieces = planPieces(job, "chapters");
  const tags = pieces.map((_, at) => choosePieceOptions(job, pieces, at).tags);
  assert.deepEqual(tags, [
    { title: "Opening", album: "A talk", fileName: "1 Opening", track: { number: 1, of: 3 } },
    { title: "A talk (2)", album: "A talk", fileName: "2 talk", track: { number: 2, of: 3 } },
    { title: "Questions", album: "A talk", fileName: "3 Questions", track: { number: 3, of: 3 } },
  ]);
  const long = { ...job, result: { ...job.result, title: "😀".repeat(150) } };
  const options = choosePieceOptions(long, pieces, 1);
  assert.deepEqual(ConversionOptions.parse(options), options);
});

test("the piece's number is in the tag that players read", () => {
  const track = { number: 3, of: 12 };
  const tag = buildId3({ title: "x", track, chapters: [] }).toString("latin1");
  assert.match(tag.replaceAll("\0", ""), /TRCK[\s\S]*3\/12/);
});

test("a piece is tried again while the limit is reached, and any other refusal ends the split", async (t) => {
  const pauses = skipPauses(t, 1000);
  const pieces = planPieces(job, { seconds: 60 });
  const made: unknown[] = [];
  let refusals = [429];
  const api = {
    convertAgain: async (jobId: string, again: { jobId: string }) => {
      const status = refusals.pop();
      if (status === 429) throw new ApiError(429, { code: "too-many-open-jobs" });
      if (status === 409) throw new ApiError(409, { code: "source-gone" });
      made.push(again.jobId);
      return { jobId: `${jobId}: ${again.jobId}` };
    },
  } as unknown as ApiClient;
  const ids: string[] = [];
  const hooks = {
    signal: new AbortController().signal,
    onPiece: (id: string) => ids.push(id),
  };
  await convertPieces(api, job, pieces, hooks);
  assert.deepEqual(
    ids,
    made.map((id) => `${job.jobId}: ${id}`),
  );
  assert.equal(new Set(made).size, 3);
  assert.equal(pauses.length, 1);
  refusals = [409];
  await assert.rejects(convertPieces(api, job, pieces, hooks), { code: "source-gone" });
});
