import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createJobId } from "../../contract/job-id.ts";
import { createS3UsageStore } from "../../functions/storage/s3-usage-store.ts";
import { reserveJob } from "../../functions/storage/usage.ts";
import { makeJob } from "../fakes/jobs.ts";
import { openS3, stack } from "../harness/stack.ts";

const s3 = openS3();

test("thirty uploads at once stay within the limit of five", async () => {
  const usage = createS3UsageStore(s3, stack.outputs.ResultBucketName);
  const owner = randomUUID();
  const limits = { openJobs: 5, bytesPerDay: 1e12, minutesPerDay: 60 };
  const getJob = async (jobId: string) => makeJob({ owner, jobId });
  const reserve = () =>
    reserveJob({ usage, getJob }, { owner, jobId: createJobId(), sizeBytes: 1000 }, limits);
  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, reserve));
  const reserved = outcomes.filter(({ status }) => status === "fulfilled").length;
  assert(reserved >= 1 && reserved <= 5, `${reserved} were let in`);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") assert.equal(outcome.reason.kind, "rate-limited");
  }
});
