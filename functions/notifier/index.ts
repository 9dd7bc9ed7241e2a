import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../runtime/environment.ts";
import { tracer } from "../runtime/observability.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createSecretKeys } from "../runtime/secret-keys.ts";
import { createTokens, ISSUES_ONLY } from "../runtime/tokens.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { createS3SettingsStore } from "../storage/settings.ts";
import { createMessageDelayer, createParker, createPublisher } from "../storage/sqs-queue.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createSesClients } from "./ses-clients.ts";
import { createSesSender } from "./ses-sender.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PROMPT);
const sqs = tracer.captureAWSv3Client(new SQSClient(PROMPT));

export const handler = createHandler({
  jobs: createS3JobStore(s3, env.RESULT_BUCKET),
  tokens: createTokens(createSecretKeys(env.JWT_SECRET_ARN), ISSUES_ONLY),
  sendEmail: createSesSender({
    createClient: createSesClients(),
    sender: env.SENDER_ADDRESS,
    configurationSet: env.SES_CONFIGURATION_SET,
  }),
  settings: createS3SettingsStore(s3, env.RESULT_BUCKET),
  delayMessage: createMessageDelayer(sqs, env.MP3_QUEUE_URL),
  park: createParker(sqs, env.PARKED_QUEUE_URL),
  sendAgain: createPublisher(sqs, env.MP3_QUEUE_URL),
  publicApiUrl: env.PUBLIC_API_URL,
  pageUrl: env.PAGE_URL,
  resultRetentionDays: env.RESULT_RETENTION_DAYS,
});
