import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { test } from "node:test";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { outcomes } from "../../contract/texts/en.ts";
import { sourceKey } from "../../functions/storage/job.ts";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { runForOperator } from "../harness/run-tapedeck.ts";
import {
  eventually,
  openS3,
  openSqs,
  readMailTo,
  readOwner,
  signInNewUser,
  stack,
} from "../harness/stack.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const s3 = openS3();
const store = createS3JobStore(s3, stack.outputs.ResultBucketName);
const sqs = openSqs();

const redrive = (...commandArguments: string[]) => runForOperator(["redrive", ...commandArguments]);

test("a job given up ends as failed, with an email, and npm run redrive retries it", async () => {
  const { client, user } = await signInNewUser();
  const sample = await readFile(resolve(ROOT, "localstack/sample/arpeggio.mp4"));
  const { jobId, upload } = await client.createUpload({
    fileName: "talk.mp4",
    sizeBytes: sample.length,
    contentType: "video/mp4",
    options: {},
  });
  assert(upload.kind === "single");
  const key = sourceKey(await readOwner(user), jobId);
  // As the queue does after five tries.
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.outputs.VideoDlqUrl,
      MessageBody: JSON.stringify({ Records: [{ s3: { object: { key } } }] }),
    }),
  );
  const failed = await eventually(async () => {
    const job = await client.readJob(jobId);
    return job.state === "failed" ? job : undefined;
  });
  assert.deepEqual(failed.failure, { code: "internal", message: outcomes.failures.internal });
  const [mail] = await eventually(async () => {
    const mails = await readMailTo(user.email);
    return mails.length > 0 ? mails : undefined;
  });
  assert(mail?.text.includes(outcomes.failures.internal));

  // The file's own event finds a job that has ended, and leaves both as they are.
  const { method, headers, url } = upload;
  assert.equal((await fetch(url, { method, headers, body: sample })).status, 200);
  const listed = await eventually(async () => {
    const answer = await redrive("--list", jobId);
    return answer.exitCode === 0 ? answer : undefined;
  });
  assert.match(
    listed.stdout,
    new RegExp(`${jobId}  conversion  kept  No worker recorded a reason`),
  );
  assert.equal((await client.readJob(jobId)).state, "failed");

  const redriven = await redrive(jobId);
  assert.equal(redriven.exitCode, 0, redriven.stderr);
  assert.match(redriven.stdout, /tried again/);
  await eventually(async () => (await client.readJob(jobId)).state === "completed" || undefined);
  const mails = await eventually(async () => {
    const all = await readMailTo(user.email);
    return all.length > 1 ? all : undefined;
  });
  assert.match(mails[1]?.subject ?? "", /ready/);

  const again = await redrive(jobId);
  assert.equal(again.exitCode, 1);
  assert.match(again.stderr, /Not given up: /);
});

test("an email that is given up shows on the job until npm run redrive has it sent", async () => {
  const { client, user } = await signInNewUser();
  const owner = await readOwner(user);
  const { jobId } = await client.createUpload({ fileName: "talk.mp4", sizeBytes: 9, options: {} });
  const claimed = await store.claim(owner, jobId, 60);
  assert(claimed.kind === "claimed");
  const result = { sizeBytes: 4000, durationSeconds: 60, title: "Talk" };
  await store.finish(claimed.claim, { state: "completed", result });
  // As the queue does after five tries.
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.outputs.Mp3DlqUrl,
      MessageBody: JSON.stringify({ owner, jobId }),
    }),
  );
  const { message } = await eventually(async () => (await client.readJob(jobId)).emailFailure);
  assert.equal(message, "We couldn't email you, but your MP3 is ready.");
  assert.deepEqual(await readMailTo(user.email), []);

  const redriven = await eventually(async () => {
    const answer = await redrive(jobId);
    return answer.exitCode === 0 ? answer : undefined;
  });
  assert.match(redriven.stdout, new RegExp(`${jobId}  email  tried again`));
  const [mail] = await eventually(async () => {
    const mails = await readMailTo(user.email);
    return mails.length > 0 ? mails : undefined;
  });
  assert.match(mail?.subject ?? "", /ready: Talk/);
  await eventually(async () => ((await client.readJob(jobId)).emailFailure ? undefined : true));
});
