import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { readMailbox } from "../../localstack/mailbox.ts";
import { makeJob } from "../fakes/jobs.ts";
import { eventually, openS3, openSqs, stack } from "../harness/stack.ts";

const JOBS = 40;

const s3 = openS3();
const sqs = openSqs();
const store = createS3JobStore(s3, stack.outputs.ResultBucketName);

test("a message that is delivered twice at the same time becomes one email", async () => {
  const run = randomUUID();
  const jobs = Array.from({ length: JOBS }, (_, index) =>
    makeJob({
      ownerEmail: `twice-${index}-${run}@example.org`,
      state: "completed",
      result: { sizeBytes: 4000, durationSeconds: 60, title: `Talk ${index}` },
    }),
  );
  await Promise.all(jobs.map((job) => store.create(job)));
  const MessageBody = jobs.map(({ owner, jobId }) => JSON.stringify({ owner, jobId }));
  await Promise.all(
    [...MessageBody, ...MessageBody].map((body) =>
      sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs.Mp3QueueUrl, MessageBody: body })),
    ),
  );

  const mails = async () =>
    (await readMailbox(stack.endpoint ?? "")).filter(({ to }) => to.join().includes(run));
  await eventually(async () => ((await mails()).length >= JOBS ? true : undefined), 120);
  // Those that found the email claimed come back after a minute; a second email would come now.
  await sleep(3000);
  const recipients = (await mails()).map(({ to }) => to.join());
  assert.deepEqual(recipients.sort(), jobs.map(({ ownerEmail }) => ownerEmail).sort());
  for (const { owner, jobId } of jobs) {
    assert.equal((await store.get(owner, jobId))?.notification?.state, "sent");
  }
});
