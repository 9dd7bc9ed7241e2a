import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../runtime/environment.ts";
import { tracer } from "../runtime/observability.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createS3Results } from "../storage/results.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { createMessageDelayer, createParker, createPublisher } from "../storage/sqs-queue.ts";
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
