import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import type { Job } from "../../functions/storage/job.ts";
import type { Claim } from "../../functions/storage/job-store.ts";
import { createS3Results } from "../../functions/storage/results.ts";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { makeJob } from "../fakes/jobs.ts";
import { loseNextAnswer } from "../harness/lose-answer.ts";
import { openS3, stack } from "../harness/stack.ts";

const bucket = stack.outputs.ResultBucketName;
const s3 = openS3();
const store = createS3JobStore(s3, bucket);
const RESULT = { sizeBytes: 10, durationSeconds: 1.5, title: "Talk" };

async function createJob(): Promise<Job> {
  const job = makeJob();
  await store.create(job);
  return job;
}

async function claimJob({ owner, jobId }: Job): Promise<Claim> {
  const claimed = await store.claim(owner, jobId, 60);
  assert(claimed.kind === "claimed");
  return claimed.claim;
}

async function losingAnAnswer<T>(step: () => Promise<T>, methods?: string[]): Promise<T> {
  const lost = loseNextAnswer(s3, methods);
  const result = await step();
  assert(lost.wasLost());
  return result;
}

const read = ({ owner, jobId }: Job) => store.get(owner, jobId);

describe("a write to a job's record that took effect counts, although its answer got lost", () => {
  test("create", async () => {
    const job = makeJob();
    await losingAnAnswer(() => store.create(job));
    assert.equal((await read(job))?.state, "awaiting-upload");
    await assert.rejects(store.create(job), /taken/);
  });

  test("claim", async () => {
    const job = await createJob();
    const claim = await losingAnAnswer(() => claimJob(job));
    await store.finish(claim, { state: "completed", result: RESULT });
  });

  test("recordProgress", async () => {
    const job = await createJob();
    const progress = { fraction: 0.5, audioSeconds: 30 };
    const claim = await claimJob(job);
    const renewed = await losingAnAnswer(() => store.recordProgress(claim, progress, 60));
    await store.finish(renewed, { state: "completed", result: RESULT });
  });

  test("finish", async () => {
    const job = await createJob();
    const claim = await claimJob(job);
    const outcome = { state: "completed", result: RESULT } as const;
    const finished = await losingAnAnswer(() => store.finish(claim, outcome));
    assert.equal(finished.state, "completed");
    assert.deepEqual((await read(job))?.result, RESULT);
  });

  test("release", async () => {
    const job = await createJob();
    const claim = await claimJob(job);
    await losingAnAnswer(() => store.release(claim, new Error("S3 is slow")));
    assert.equal((await read(job))?.lease, undefined);
    await claimJob(job);
  });

  test("claimNotification and settleNotification", async () => {
    const job = await createJob();
    await store.finish(await claimJob(job), { state: "completed", result: RESULT });
    const claimed = await losingAnAnswer(() => store.claimNotification(job.owner, job.jobId, 60));
    assert(claimed.kind === "claimed");
    await losingAnAnswer(() => store.settleNotification(claimed.claim, "sent"));
    const again = await store.claimNotification(job.owner, job.jobId, 60);
    assert.equal(again.kind, "sent");
  });

  test("delete", async () => {
    const job = await createJob();
    assert(await losingAnAnswer(() => store.delete(job.owner, job.jobId)));
    assert.equal(await read(job), undefined);
  });
});

describe("an MP3 is stored once, whichever answer got lost on the way", () => {
  const results = createS3Results(s3, bucket);
  const PART_BYTES = 5 * 1024 * 1024;
  const listUploads = async (key: string) =>
    (await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))).Uploads ?? [];

  /** Of the requests that change something: begin, part 2, part 3, last part and part 1, complete. */
  async function writeMp3(lostAnswer: number) {
    const key = `results/test/${randomUUID()}.mp3`;
    const sink = results.createSink(key);
    const steps = [
      () => sink.write(randomBytes(PART_BYTES)),
      () => sink.write(randomBytes(PART_BYTES)),
      () => sink.write(randomBytes(PART_BYTES)),
      () => sink.finish(randomBytes(500)),
    ];
    for (const [index, step] of steps.entries()) {
      await (index === lostAnswer ? losingAnAnswer(step) : step());
    }
    return key;
  }

  test("when it is begun", async () => {
    const key = await writeMp3(1);
    await results.discardUnfinished(key);
    assert.deepEqual(await listUploads(key), [], "the upload that nobody knows is aborted");
    await results.delete(key);
  });

  test("a part", async () => {
    await results.delete(await writeMp3(2));
  });

  test("when it is completed", async () => {
    const key = `results/test/${randomUUID()}.mp3`;
    const sink = results.createSink(key);
    for (let part = 0; part < 3; part++) await sink.write(randomBytes(PART_BYTES));
    await losingAnAnswer(() => sink.finish(randomBytes(500)), ["POST"]);
    await results.delete(key);
  });

  test("when it is given up", async () => {
    const key = `results/test/${randomUUID()}.mp3`;
    const sink = results.createSink(key);
    for (let part = 0; part < 2; part++) await sink.write(randomBytes(PART_BYTES));
    await losingAnAnswer(() => sink.abort());
    assert.deepEqual(await listUploads(key), []);
  });

  test("another's upload of the same name isn't taken for its own", async () => {
    const key = `results/test/${randomUUID()}.mp3`;
    const [dead, alive] = [results.createSink(key), results.createSink(key)];
    for (const sink of [dead, alive]) {
      for (let part = 0; part < 2; part++) await sink.write(randomBytes(PART_BYTES));
    }
    await alive.finish(randomBytes(500));
    await results.discardUnfinished(key);
    await assert.rejects(dead.finish(randomBytes(500)), { name: "NoSuchUpload" });
    await results.delete(key);
  });
});
