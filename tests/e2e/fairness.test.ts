import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { test } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { ApiClient } from "../../client/api-client.ts";
import { createJobId } from "../../contract/job-id.ts";
import { jobKey } from "../../functions/storage/job.ts";
import { makeJob } from "../fakes/jobs.ts";
import {
  eventually,
  openS3,
  readMailTo,
  readOwner,
  signInNewUser,
  stack,
} from "../harness/stack.ts";

const SAMPLE = resolve(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const s3 = openS3();
const HOUR_MILLISECONDS = 3_600_000;

const putRecord = (key: string, record: object) =>
  s3.send(
    new PutObjectCommand({
      Bucket: stack.outputs.ResultBucketName,
      Key: key,
      Body: JSON.stringify(record),
    }),
  );

async function upload(client: ApiClient) {
  const bytes = await readFile(SAMPLE);
  const { jobId, upload: target } = await client.createUpload({
    fileName: "talk.mp4",
    sizeBytes: bytes.length,
    contentType: "video/mp4",
    options: {},
  });
  assert(target.kind === "single");
  const { method, headers, url } = target;
  assert.equal((await fetch(url, { method, headers, body: Buffer.from(bytes) })).status, 200);
  return jobId;
}

const awaitEnd = (client: ApiClient, jobId: string) =>
  eventually(async () => {
    const job = await client.readJob(jobId);
    return job.state === "completed" || job.state === "failed" ? job : undefined;
  });

test("a user with enough conversions under way waits while others pass; then the video is converted, once", async () => {
  const { client, user } = await signInNewUser();
  const owner = await readOwner(user);
  const since = new Date().toISOString();
  const expiresAt = new Date(Date.now() + HOUR_MILLISECONDS).toISOString();
  const lease = { id: crypto.randomUUID(), expiresAt };
  const running = Array.from({ length: 2 }, () =>
    makeJob({ jobId: createJobId(), owner, state: "converting", lease }),
  );
  for (const job of running) await putRecord(jobKey(owner, job.jobId), job);
  const converting = running.map(({ jobId }) => ({ jobId, since }));
  const usage = { day: since.slice(0, 10), bytes: 0, open: [], converting };
  await putRecord(`usage/${owner}.json`, usage);

  const waiting = await upload(client);
  const { client: next } = await signInNewUser();
  for (let video = 0; video < 2; video++) {
    assert.equal((await awaitEnd(next, await upload(next))).state, "completed");
  }
  assert.equal((await client.readJob(waiting)).state, "awaiting-upload");

  await client.deleteJob(running[0]?.jobId ?? "");
  assert.equal((await awaitEnd(client, waiting)).state, "completed");
  await eventually(async () => (await readMailTo(user.email)).at(0));
  assert.equal((await readMailTo(user.email)).length, 1);
});
