import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { after, before, test } from "node:test";
import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { createS3Sources } from "../../functions/converter/sources.ts";
import { sourceKey } from "../../functions/storage/job.ts";
import { tellMissingFromForbidden } from "../../functions/storage/missing-objects.ts";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { createSourceHolds } from "../../functions/storage/source-holds.ts";
import { makeJob } from "../fakes/jobs.ts";
import { awsConfig, stack } from "../harness/stack.ts";
import { testJobStore } from "../job-store-contract.ts";

const Bucket = stack.outputs.ResultBucketName;
/** What is there and may not be read. */
const FORBIDDEN_KEY = `jobs/${randomUUID()}`;

/**
 * The emulator's S3 as AWS's may be where listing is only allowed under a prefix: it says "access
 * denied" of an object that isn't there.
 */
let server: Server;
let s3: S3Client;
before(async () => {
  const { endpoint } = stack;
  assert.ok(endpoint, "AWS gives its own answers: this test needs an emulator.");
  server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request);
    const isBodiless = request.method === "GET" || request.method === "HEAD";
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await fetch(`${endpoint}${request.url}`, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(isBodiless ? {} : { body: Buffer.concat(chunks) }),
    });
    const isObject = new URL(answer.url).pathname.split("/").length > 2;
    if (isObject && (answer.status === 404 || request.url?.includes(FORBIDDEN_KEY))) {
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      return;
    }
    const { "content-encoding": ___, ...kept } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, kept);
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  s3 = tellMissingFromForbidden(
    new S3Client({
      ...awsConfig,
      endpoint: `http://127.0.0.1:${address.port}`,
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
  );
});
after(() => {
  server.closeAllConnections();
  server.close();
});

testJobStore(
  "S3 that denies what isn't there",
  async () => createS3JobStore(s3, Bucket),
  (Key, text) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(text) })),
);

test("a source that isn't there is none, and needs no mark", async () => {
  const job = makeJob();
  const sources = createS3Sources(s3, Bucket);
  assert.equal(await sources.open(sourceKey(job.owner, job.jobId)), undefined);
  const buckets = { source: Bucket, result: Bucket };
  const holds = createSourceHolds(s3, buckets, async () => undefined);
  await holds.release(job);
  assert.equal(await holds.hold(job), false);
});

test("an object that may not be read is forbidden, not missing", async () => {
  await new S3Client({ ...awsConfig, forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket, Key: FORBIDDEN_KEY, Body: "x" }),
  );
  await assert.rejects(
    s3.send(new GetObjectCommand({ Bucket, Key: FORBIDDEN_KEY })),
    (error) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403,
  );
});
