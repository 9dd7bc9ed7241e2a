import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../core/environment.ts";
import { tracer } from "../core/observability.ts";
import { PROMPT } from "../core/patience.ts";
import { createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createMessageDelayer, createParker } from "../core/sqs-queue.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(Environment);
const sqs = tracer.captureAWSv3Client(new SQSClient(PROMPT));

export const handler = createHandler({
  jobs: createS3JobStore(createS3Client(PROMPT), env.RESULT_BUCKET),
  park: createParker(sqs, env.PARKED_QUEUE_URL),
  delayMessage: createMessageDelayer(sqs, env.UNSENT_QUEUE_URL),
});
