import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../runtime/environment.ts";
import { tracer } from "../runtime/observability.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { createMessageDelayer, createParker } from "../storage/sqs-queue.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(Environment);
const sqs = tracer.captureAWSv3Client(new SQSClient(PROMPT));

export const handler = createHandler({
  jobs: createS3JobStore(createS3Client(PROMPT), env.RESULT_BUCKET),
  park: createParker(sqs, env.PARKED_QUEUE_URL),
  delayMessage: createMessageDelayer(sqs, env.UNSENT_QUEUE_URL),
});
