import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createJobId } from "../../contract/job-id.ts";
import { type Job, jobKey, sourceKey } from "../../functions/storage/job.ts";
import { createSourceHolds } from "../../functions/storage/source-holds.ts";
import { makeJob } from "../fakes/jobs.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemoryS3 } from "../fakes/memory-s3.ts";

const buckets = { source: "sources", result: "results" };

/** Creates a source whose job has ended, with the job store and S3 in memory. */
async function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const records = new Map<string, string>();
  const jobs = createMemoryJobStore(records);
  const { s3, objects, failing } = createMemoryS3();
  const holds = createSourceHolds(s3, buckets, jobs.get);
  const result = { sizeBytes: 4000, durationSeconds: 60, title: "Talk" };
  const first = makeJob({ state: "completed", result });
  await jobs.create(first);
  const { owner, jobId, createdAt } = first;
  const source = sourceKey(owner, jobId);
  objects.set(source, { writtenAt: new Date(), tag: "finished" });
  /** Makes a job that converts the source again. It has no record until it is created. */
  const makeAgain = () => makeJob({ owner, sourceOf: { jobId, createdAt } });
  const createAgain = async () => {
    const job = makeAgain();
    await holds.hold(job);
    await jobs.create(job);
    return job;
  };
  /** Deletes as the function does. A second call finds no record. */
  const remove = async ({ jobId }: Pick<Job, "jobId">) => {
    const job = await jobs.delete(owner, jobId);
    await holds.discard(job && job !== "unreadable" ? job : { owner, jobId });
  };
  const spoil = ({ jobId }: Pick<Job, "jobId">) => records.set(jobKey(owner, jobId), "{");
  const listHolds = () => [...objects.keys()].filter((key) => key.startsWith("holds/"));
  const readTag = () => objects.get(source)?.tag;
  const wait = (seconds: number) => t.mock.timers.tick(seconds * 1000);
  const probes = { objects, listHolds, readTag, source };
  return { first, jobs, holds, failing, spoil, makeAgain, createAgain, remove, wait, ...probes };
}

for (const request of [
  "DeleteObjectCommand holds/",
  "ListObjectsV2Command holds/",
  "DeleteObjectCommand sources/",
]) {
  test(`a deletion that failed at ${request} is completed when it is tried again`, async (t) => {
    const { first, createAgain, remove, objects, source, failing, listHolds } = await setUp(t);
    const again = await createAgain();
    await remove(first);
    assert(objects.has(source));
    failing.add(request);
    await assert.rejects(remove(again));
    failing.clear();
    await remove(again);
    assert(!objects.has(source));
    assert.deepEqual(listHolds(), []);
  });
}

test("a hold is found among many of the same owner", async (t) => {
  const { first, jobs, createAgain, remove, objects, source, wait } = await setUp(t);
  const many = [];
  for (let count = 0; count < 5; count++) many.push(await createAgain());
  wait(61);
  await remove(first);
  for (const { owner, jobId } of many) {
    assert(objects.has(source));
    await jobs.delete(owner, jobId);
    await remove({ jobId });
  }
  assert(!objects.has(source));
});

test("once a job is gone, the lifecycle may delete the source", async (t) => {
  const { first, jobs, holds, createAgain, readTag, listHolds } = await setUp(t);
  const { owner, jobId } = await createAgain();
  assert.equal(readTag(), "held");
  await jobs.delete(owner, jobId);
  await holds.releaseGone({ owner, jobId });
  assert.equal(readTag(), "finished");
  assert.deepEqual(listHolds(), []);
  await holds.releaseGone({ owner: first.owner, jobId: createJobId() });
});

test("a hold that fails halfway is undone", async (t) => {
  const { first, holds, makeAgain, failing, listHolds, remove, objects, source } = await setUp(t);
  failing.add("PutObjectTaggingCommand");
  await assert.rejects(holds.hold(makeAgain()));
  failing.clear();
  assert.deepEqual(listHolds(), []);
  await remove(first);
  assert(!objects.has(source));
});

test("a hold whose job was never written doesn't count after a minute", async (t) => {
  const { first, holds, makeAgain, remove, objects, source, wait, listHolds } = await setUp(t);
  await holds.hold(makeAgain());
  wait(61);
  await remove(first);
  assert(!objects.has(source));
  assert.deepEqual(listHolds(), []);
});

test("a hold whose job is about to be written counts", async (t) => {
  const { first, holds, makeAgain, remove, objects, source, wait } = await setUp(t);
  await holds.hold(makeAgain());
  wait(59);
  await remove(first);
  assert(objects.has(source));
});

test("a hold of a job that has ended doesn't count", async (t) => {
  const { first, jobs, createAgain, remove, objects, source, wait } = await setUp(t);
  const { owner, jobId } = await createAgain();
  wait(61);
  const claimed = await jobs.claim(owner, jobId, 60);
  assert(claimed.kind === "claimed");
  await jobs.finish(claimed.claim, { state: "failed", failure: { code: "damaged" } });
  await remove(first);
  assert(!objects.has(source));
});

test("if two jobs are deleted at once, the source is deleted, too", async (t) => {
  const { first, createAgain, remove, objects, source } = await setUp(t);
  const again = [await createAgain(), await createAgain()];
  await remove(first);
  await Promise.all(again.map(remove));
  assert(!objects.has(source));
});

test("a record that can't be read doesn't stop the others from ending or being deleted", async (t) => {
  const { first, holds, createAgain, spoil, remove, objects, source, readTag, wait } =
    await setUp(t);
  const [ended, unreadable] = [await createAgain(), await createAgain()];
  spoil(first);
  spoil(unreadable);
  await holds.release(ended);
  assert.equal(readTag(), "held");
  wait(61);
  await holds.release(ended);
  assert.equal(readTag(), "finished");
  await remove(unreadable);
  assert(objects.has(source));
  await remove(first);
  assert(!objects.has(source));
});
