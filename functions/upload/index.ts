import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../runtime/environment.ts";
import { tracer } from "../runtime/observability.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createRevocationsReader } from "../runtime/revocations.ts";
import { createSecretKeys } from "../runtime/secret-keys.ts";
import { createTokens } from "../runtime/tokens.ts";
import { createS3Covers } from "../storage/covers.ts";
import { createPresigningClient, createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { createS3UsageStore } from "../storage/s3-usage-store.ts";
import { createSourceHolds } from "../storage/source-holds.ts";
import { createPublisher } from "../storage/sqs-queue.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createSourcePresigner } from "./source-presigner.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PROMPT);
const sqs = tracer.captureAWSv3Client(new SQSClient(PROMPT));
const buckets = { source: env.SOURCE_BUCKET, result: env.RESULT_BUCKET };
const jobs = createS3JobStore(s3, env.RESULT_BUCKET);
const tokens = createTokens(
  createSecretKeys(env.JWT_SECRET_ARN),
  createRevocationsReader(s3, env.RESULT_BUCKET),
);
const presigningClient = createPresigningClient(env.PUBLIC_S3_ENDPOINT);
const presignSource = createSourcePresigner(presigningClient, env.SOURCE_BUCKET);

export const handler = createHandler({
  jobs,
  tokens,
  presignSource,
  covers: createS3Covers(s3, env.RESULT_BUCKET),
  holds: createSourceHolds(s3, buckets, jobs.get),
  announce: createPublisher(sqs, env.VIDEO_QUEUE_URL),
  usage: createS3UsageStore(s3, env.RESULT_BUCKET),
  limits: {
    openJobs: env.OPEN_JOBS_PER_USER,
    bytesPerDay: env.BYTES_PER_USER_AND_DAY,
    minutesPerDay: env.MINUTES_PER_USER_AND_DAY,
  },
  maxSourceBytes: env.MAX_SOURCE_BYTES,
});
