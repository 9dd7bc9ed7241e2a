import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job } from "../../functions/storage/job.ts";
import { createHandler } from "../../functions/unsent-emails/handler.ts";
import { makeJob } from "../fakes/jobs.ts";
import { makeContext, makeSqsEvent } from "../fakes/lambda.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";

async function setUp(overrides: Partial<Job> = {}) {
  const jobs = createMemoryJobStore();
  const job = makeJob({
    state: "completed",
    result: { sizeBytes: 4000, durationSeconds: 60, title: "Talk" },
    ...overrides,
  });
  await jobs.create(job);
  const parked: string[] = [];
  const faults = { park: 0 };
  const handler = createHandler({
    jobs,
    park: async (body) => {
      if (faults.park-- > 0) throw new Error("SQS is down");
      parked.push(body);
    },
    delayMessage: async () => {},
  });
  const message = JSON.stringify({ owner: job.owner, jobId: job.jobId });
  const deliver = async (body: string = message) =>
    (await handler(makeSqsEvent(body), makeContext())).batchItemFailures.length === 0;
  const readState = async () => (await jobs.get(job.owner, job.jobId))?.notification?.state;
  return { jobs, job, deliver, readState, parked, faults, message };
}

test("an email whose tries all failed is recorded, and its message kept", async () => {
  const { deliver, readState, parked, message } = await setUp();
  assert(await deliver());
  assert.equal(await readState(), "failed");
  assert.deepEqual(parked, [message]);
});

test("a delivery whose message couldn't be parked continues there", async () => {
  const { deliver, readState, parked, faults, message } = await setUp();
  faults.park = 1;
  assert(!(await deliver()));
  assert(await deliver());
  assert.equal(await readState(), "failed");
  assert.deepEqual(parked, [message]);
});

test("an email that was sent after all isn't recorded as unsent", async () => {
  const { jobs, job, deliver, readState, parked } = await setUp();
  const claimed = await jobs.claimNotification(job.owner, job.jobId, 60);
  assert(claimed.kind === "claimed");
  assert(!(await deliver()), "another sender may be sending it");
  await jobs.settleNotification(claimed.claim, "sent");
  assert(await deliver());
  assert.equal(await readState(), "sent");
  assert.deepEqual(parked, []);
});

test("a deleted job and one that runs again need no email", async () => {
  const running = await setUp({ state: "converting", result: undefined });
  assert(await running.deliver());
  assert.equal(await running.readState(), undefined);
  const deleted = await setUp();
  await deleted.jobs.delete(deleted.job.owner, deleted.job.jobId);
  assert(await deleted.deliver());
  assert.deepEqual([...running.parked, ...deleted.parked], []);
});

test("messages that belong to no job are kept, whatever they are", async () => {
  const { deliver, parked } = await setUp();
  for (const body of ["not json", "{}"]) assert(await deliver(body));
  assert.deepEqual(parked, ["not json", "{}"]);
});
