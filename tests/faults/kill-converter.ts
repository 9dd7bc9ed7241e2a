import assert from "node:assert/strict";
import { S3Client } from "@aws-sdk/client-s3";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { awsConfig, eventually, readOwner, signInNewUser, stack } from "../harness/stack.ts";
import { makeTicking } from "../media/make-signal.ts";
import { findConverters, killHard } from "./processes.ts";

const SAMPLE_RATE = 44_100;
/** Takes seconds to convert, so that a kill hits the middle. */
const RECORDING_SECONDS = 1000;
/** Says when to give up. */
const PATIENCE_SECONDS = 600;

const store = createS3JobStore(
  new S3Client({ ...awsConfig, forcePathStyle: true }),
  stack.outputs.ResultBucketName,
);

/**
 * Sends a recording as a new user, and kills the process that converts it with SIGKILL.
 *
 * @returns when it is worked on again, in seconds since the kill, and how it ends
 */
export async function killConverter() {
  const { client, user } = await signInNewUser();
  const owner = await readOwner(user);
  const samples = RECORDING_SECONDS * SAMPLE_RATE;
  const bytes = makeTicking({
    sampleRate: SAMPLE_RATE,
    channels: 1,
    samples,
    clickSamples: SAMPLE_RATE,
  });
  const { jobId, upload } = await client.createUpload({
    fileName: "long.wav",
    sizeBytes: bytes.length,
    contentType: "audio/wav",
    options: { quality: "v0" },
  });
  assert(upload.kind === "single");
  const { method, headers, url } = upload;
  assert((await fetch(url, { method, headers, body: Uint8Array.from(bytes) })).ok);

  const lease = await eventually(async () => (await store.get(owner, jobId))?.lease?.id);
  assert(stack.stateDir, "This needs a stack of its own.");
  const { workers } = await findConverters(stack.stateDir, "-Converter");
  // One process is busy, and the others wait for work.
  assert(workers.map(killHard).includes(true), "no converter runs");
  const killedAt = performance.now();
  assert.equal((await store.get(owner, jobId))?.state, "converting");

  const ended = (async () => {
    const again = async () => {
      const job = await store.get(owner, jobId);
      return job && (job.lease?.id ?? "") !== lease ? true : undefined;
    };
    await eventually(again, PATIENCE_SECONDS);
    const seconds = (performance.now() - killedAt) / 1000;
    const { state } = await eventually(async () => {
      const job = await store.get(owner, jobId);
      return job?.state === "completed" || job?.state === "failed" ? job : undefined;
    }, PATIENCE_SECONDS);
    return { seconds, state };
  })();
  return { ended };
}
