import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { isMissing } from "../../functions/runtime/s3-errors.ts";
import type { Job } from "../../functions/storage/job.ts";
import { sourceKey } from "../../functions/storage/job.ts";
import { createSourceHolds } from "../../functions/storage/source-holds.ts";
import { makeJob } from "../fakes/jobs.ts";
import { awsConfig, stack } from "../harness/stack.ts";

const s3 = new S3Client({ ...awsConfig, forcePathStyle: true });
/** No function watches this bucket, and the keys of both kinds differ. */
const Bucket = stack.outputs.ResultBucketName;
const RESULT = { sizeBytes: 4000, durationSeconds: 60, title: "Talk" };

/** A source whose job is done, and two jobs that convert it again. */
async function setUp(state: Partial<Job> = { state: "completed", result: RESULT }) {
  const records = new Map<string, Job>();
  const getJob = async (_owner: string, jobId: string) => records.get(jobId);
  const holds = createSourceHolds(s3, { source: Bucket, result: Bucket }, getJob);
  const make = (job: Job) => {
    records.set(job.jobId, job);
    return job;
  };
  const first = make(makeJob({ owner: randomUUID(), ...state }));
  const { owner, jobId, createdAt } = first;
  const makeAgain = () => make(makeJob({ owner, sourceOf: { jobId, createdAt } }));
  const again = [makeAgain(), makeAgain()] as const;
  const target = { Bucket, Key: sourceKey(owner, jobId) };
  await s3.send(new PutObjectCommand({ ...target, Body: "video" }));
  await holds.release(first);
  const readTag = async () =>
    (await s3.send(new GetObjectTaggingCommand(target))).TagSet?.map(({ Value }) => Value).join();
  const isThere = async () => {
    try {
      await s3.send(new HeadObjectCommand(target));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  };
  const remove = async (job: Job) => {
    records.delete(job.jobId);
    await holds.discard(job);
  };
  return { holds, first, again, readTag, isThere, remove };
}

test("a source stays until the last job that converts it has ended", async () => {
  const { holds, again, first, readTag } = await setUp();
  assert.equal(await readTag(), "finished");
  for (const job of again) assert.equal(await holds.hold(job), true);
  assert.equal(await readTag(), "held");
  await holds.release(again[0]);
  assert.equal(await readTag(), "held");
  // The message of the first job comes once more.
  await holds.release(first);
  assert.equal(await readTag(), "held");
  await holds.release(again[1]);
  assert.equal(await readTag(), "finished");
});

test("deleting the first job leaves the source to those that convert it again", async () => {
  const { holds, again, first, readTag, isThere, remove } = await setUp();
  for (const job of again) await holds.hold(job);
  await remove(first);
  assert.equal(await isThere(), true);
  await holds.release(again[0]);
  assert.equal(await readTag(), "held");
  await remove(again[1]);
  assert.equal(await isThere(), false);
});

test("deleting a job that converts a source again releases the source, and the first job keeps it", async () => {
  const { holds, again, readTag, isThere, remove } = await setUp();
  await holds.hold(again[0]);
  await remove(again[0]);
  assert.equal(await isThere(), true);
  assert.equal(await readTag(), "finished");
});

test("what was given up keeps its source for the operator", async () => {
  const { holds, again, readTag } = await setUp({
    state: "failed",
    failure: { code: "internal" },
  });
  await holds.hold(again[0]);
  await holds.release(again[0]);
  assert.equal(await readTag(), "held");
});

test("a source that was deleted can't be held", async () => {
  const { holds, again, first, remove } = await setUp();
  await remove(first);
  assert.equal(await holds.hold(again[0]), false);
});
