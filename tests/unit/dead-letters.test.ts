import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler } from "../../functions/dead-letters/handler.ts";
import { type Job, jobKey, resultKey, sourceKey } from "../../functions/storage/job.ts";
import type { FinishedState } from "../../functions/storage/job-store.ts";
import type { ConversionFinished } from "../../functions/storage/messages.ts";
import { makeJob } from "../fakes/jobs.ts";
import { makeContext, makeSqsEvent } from "../fakes/lambda.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";

async function setUp() {
  const records = new Map<string, string>();
  const jobs = createMemoryJobStore(records);
  const job = makeJob();
  await jobs.create(job);
  const published: ConversionFinished[] = [];
  const parked: { body: string; cause: string }[] = [];
  const deletedResults: string[] = [];
  const delays: (number | undefined)[] = [];
  const faults = { publish: 0, park: 0 };
  const handler = createHandler({
    jobs,
    deleteResult: async (key) => {
      deletedResults.push(key);
    },
    publish: async (message) => {
      if (faults.publish-- > 0) throw new Error("SQS is down");
      published.push(message);
    },
    park: async (body, cause) => {
      if (faults.park-- > 0) throw new Error("SQS is down");
      parked.push({ body, cause });
    },
    delayMessage: async ({ VisibilityTimeout }) => delays.push(VisibilityTimeout),
  });
  const event = uploadEvent(job);
  const deliver = async () => (await handler(event, makeContext())).batchItemFailures.length === 0;
  const read = () => jobs.get(job.owner, job.jobId);
  const message = event.Records[0]?.body;
  const announcement = { owner: job.owner, jobId: job.jobId };
  const probes = { published, parked, deletedResults, delays, faults, message, announcement };
  return { records, jobs, job, handler, deliver, read, ...probes };
}

const uploadEvent = (job: Job) =>
  makeSqsEvent({ Records: [{ s3: { object: { key: sourceKey(job.owner, job.jobId) } } }] });

async function finish({ jobs, job }: Awaited<ReturnType<typeof setUp>>, outcome: FinishedState) {
  const claimed = await jobs.claim(job.owner, job.jobId, 60);
  assert(claimed.kind === "claimed");
  await jobs.finish(claimed.claim, outcome);
}

test("a job whose tries all failed ends as failed, and its message is kept with the cause", async () => {
  const { jobs, job, deliver, read, published, parked, deletedResults, message, announcement } =
    await setUp();
  const claimed = await jobs.claim(job.owner, job.jobId, 60);
  assert(claimed.kind === "claimed");
  await jobs.release(claimed.claim, new RangeError("Invalid array length"));
  assert(await deliver());
  assert.deepEqual((await read())?.failure, { code: "internal" });
  assert.deepEqual(published, [announcement]);
  assert.deepEqual(parked, [{ body: message, cause: "RangeError: Invalid array length" }]);
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
});

test("if a worker died without an error, that is the cause", async () => {
  const { jobs, job, deliver, parked } = await setUp();
  await jobs.claim(job.owner, job.jobId, 0);
  assert(await deliver());
  assert.match(parked[0]?.cause ?? "", /died without an error/);
});

test("a job is left alone while a worker still converts it", async () => {
  const set = await setUp();
  const { jobs, job, deliver, read, published, parked, delays, announcement } = set;
  const claimed = await jobs.claim(job.owner, job.jobId, 900);
  assert(claimed.kind === "claimed");
  assert(!(await deliver()));
  assert.deepEqual(delays, [60]);
  assert.equal((await read())?.state, "converting");
  assert.deepEqual(published, []);
  const result = { sizeBytes: 10, durationSeconds: 1, title: "Talk" };
  await jobs.finish(claimed.claim, { state: "completed", result });
  assert(await deliver());
  assert.equal((await read())?.state, "completed");
  assert.deepEqual(published, [announcement], "its worker may have failed to announce it");
  assert.deepEqual(parked, []);
});

test("nothing is kept of a deleted job", async () => {
  const { jobs, job, deliver, published, parked, deletedResults } = await setUp();
  await jobs.delete(job.owner, job.jobId);
  assert(await deliver());
  assert.deepEqual([...published, ...parked], []);
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
});

test("a job that failed because of its file isn't kept for a redrive", async () => {
  const set = await setUp();
  await finish(set, { state: "failed", failure: { code: "truncated" } });
  assert(await set.deliver());
  assert.deepEqual(set.published, [set.announcement]);
  assert.deepEqual(set.parked, []);
});

for (const step of ["publish", "park"] as const) {
  test(`a delivery that failed to ${step} continues there`, async () => {
    const { deliver, faults, read, published, parked } = await setUp();
    faults[step] = 1;
    assert(!(await deliver()));
    assert(await deliver());
    assert.deepEqual((await read())?.failure, { code: "internal" });
    assert(published.length >= 1);
    assert.equal(parked.length, 1);
  });
}

test("messages that belong to no job are kept, whatever they are", async () => {
  const { handler, parked, published } = await setUp();
  const bodies = ["not json", "{}", '{"Records":[{"s3":{"object":{"key":"sources/readme.txt"}}}]}'];
  assert.deepEqual(await handler(makeSqsEvent(...bodies), makeContext()), {
    batchItemFailures: [],
  });
  assert.deepEqual(
    parked.map(({ body }) => body),
    bodies,
  );
  assert.deepEqual(published, []);
});

test("a job whose record can't be read is kept for the operator, and its MP3 stays", async () => {
  const { records, job, deliver, parked, published, deletedResults, message } = await setUp();
  records.set(jobKey(job.owner, job.jobId), "{");
  assert(await deliver());
  assert.equal(parked.length, 1);
  assert.equal(parked[0]?.body, message);
  assert.match(parked[0]?.cause ?? "", /record can't be read/);
  assert.deepEqual([...published, ...deletedResults], []);
});
