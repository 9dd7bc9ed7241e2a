import { readEnvironment } from "../runtime/environment.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createRevocationsReader } from "../runtime/revocations.ts";
import { createSecretKeys } from "../runtime/secret-keys.ts";
import { createTokens } from "../runtime/tokens.ts";
import { createS3FeedStore } from "../storage/feeds.ts";
import { createPresigningClient, createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createResultPresigner } from "./result-presigner.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PROMPT);
const readRevocations = createRevocationsReader(s3, env.RESULT_BUCKET);
const presigningClient = createPresigningClient(env.PUBLIC_S3_ENDPOINT);

export const handler = createHandler({
  jobs: createS3JobStore(s3, env.RESULT_BUCKET),
  tokens: createTokens(createSecretKeys(env.JWT_SECRET_ARN), readRevocations),
  feeds: createS3FeedStore(s3, env.RESULT_BUCKET),
  readRevocations,
  presignResult: createResultPresigner(presigningClient, env.RESULT_BUCKET),
  resultRetentionDays: env.RESULT_RETENTION_DAYS,
  apiUrl: env.PUBLIC_API_URL,
  pageUrl: env.PAGE_URL,
});
