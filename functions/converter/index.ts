import "./small-heap.ts";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../core/environment.ts";
import { tracer } from "../core/observability.ts";
import { PATIENT } from "../core/patience.ts";
import { createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createS3UsageStore } from "../core/s3-usage-store.ts";
import { createMessageDelayer, createPublisher } from "../core/sqs-queue.ts";
import { createTurns } from "../core/turns.ts";
import { convertMedia } from "./engine/index.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createS3Results } from "./results.ts";
import { createS3Sources } from "./sources.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PATIENT);
const sqs = tracer.captureAWSv3Client(new SQSClient(PATIENT));
const jobs = createS3JobStore(s3, env.RESULT_BUCKET);

export const handler = createHandler({
  jobs,
  sources: createS3Sources(s3, env.SOURCE_BUCKET),
  results: createS3Results(s3, env.RESULT_BUCKET),
  publish: createPublisher(sqs, env.MP3_QUEUE_URL),
  turns: createTurns({
    usage: createS3UsageStore(s3, env.RESULT_BUCKET),
    getJob: jobs.get,
    conversionsPerUser: env.CONVERSIONS_PER_USER,
  }),
  sendAgain: createPublisher(sqs, env.VIDEO_QUEUE_URL),
  delayMessage: createMessageDelayer(sqs, env.VIDEO_QUEUE_URL),
  convertMedia,
  ffmpegPath: env.FFMPEG_PATH,
  leaseSeconds: env.LEASE_SECONDS,
  maxSourceBytes: env.MAX_SOURCE_BYTES,
});
