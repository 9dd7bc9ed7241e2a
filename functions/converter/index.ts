import "./small-heap.ts";
import { SQSClient } from "@aws-sdk/client-sqs";
import { convertMedia } from "../../engine/convert-media.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { tracer } from "../runtime/observability.ts";
import { PATIENT } from "../runtime/patience.ts";
import { createS3Covers } from "../storage/covers.ts";
import { createS3Results } from "../storage/results.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { createS3UsageStore } from "../storage/s3-usage-store.ts";
import { createSourceHolds } from "../storage/source-holds.ts";
import { createMessageDelayer, createParker, createPublisher } from "../storage/sqs-queue.ts";
import { createTurns } from "../storage/turns.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createS3Sources } from "./sources.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PATIENT);
const sqs = tracer.captureAWSv3Client(new SQSClient(PATIENT));
const buckets = { source: env.SOURCE_BUCKET, result: env.RESULT_BUCKET };
const jobs = createS3JobStore(s3, env.RESULT_BUCKET);

const announce = createPublisher(sqs, env.MP3_QUEUE_URL);

export const handler = createHandler({
  jobs,
  sources: createS3Sources(s3, env.SOURCE_BUCKET),
  results: createS3Results(s3, env.RESULT_BUCKET),
  covers: createS3Covers(s3, env.RESULT_BUCKET),
  publish: (message) => announce(message, env.EMAIL_DELAY_SECONDS),
  turns: createTurns({
    usage: createS3UsageStore(s3, env.RESULT_BUCKET),
    getJob: jobs.get,
    conversionsPerUser: env.CONVERSIONS_PER_USER,
  }),
  holds: createSourceHolds(s3, buckets, jobs.get),
  sendAgain: createPublisher(sqs, env.VIDEO_QUEUE_URL),
  delayMessage: createMessageDelayer(sqs, env.VIDEO_QUEUE_URL),
  park: createParker(sqs, env.PARKED_QUEUE_URL),
  convertMedia,
  ffmpegPath: env.FFMPEG_PATH,
  leaseSeconds: env.LEASE_SECONDS,
  maxSourceBytes: env.MAX_SOURCE_BYTES,
});
