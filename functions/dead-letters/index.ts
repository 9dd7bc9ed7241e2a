import { SQSClient } from "@aws-sdk/client-sqs";
import { createS3Results } from "../converter/results.ts";
import { readEnvironment } from "../core/environment.ts";
import { tracer } from "../core/observability.ts";
import { PROMPT } from "../core/patience.ts";
import { createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createMessageDelayer, createParker, createPublisher } from "../core/sqs-queue.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PROMPT);
const sqs = tracer.captureAWSv3Client(new SQSClient(PROMPT));

export const handler = createHandler({
  jobs: createS3JobStore(s3, env.RESULT_BUCKET),
  deleteResult: createS3Results(s3, env.RESULT_BUCKET).delete,
  publish: createPublisher(sqs, env.MP3_QUEUE_URL),
  park: createParker(sqs, env.PARKED_QUEUE_URL),
  delayMessage: createMessageDelayer(sqs, env.GIVEN_UP_QUEUE_URL),
});
