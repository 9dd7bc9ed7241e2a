import { readEnvironment } from "../runtime/environment.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createRevocationsReader } from "../runtime/revocations.ts";
import { createSecretKeys } from "../runtime/secret-keys.ts";
import { createTokens } from "../runtime/tokens.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { createS3JobStore } from "../storage/s3-job-store.ts";
import { createS3SettingsStore } from "../storage/settings.ts";
import { createSourceHolds } from "../storage/source-holds.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createJobObjectsDeleter } from "./job-objects.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PROMPT);
const jobs = createS3JobStore(s3, env.RESULT_BUCKET);
const buckets = { source: env.SOURCE_BUCKET, result: env.RESULT_BUCKET };

export const handler = createHandler({
  jobs,
  tokens: createTokens(
    createSecretKeys(env.JWT_SECRET_ARN),
    createRevocationsReader(s3, env.RESULT_BUCKET),
  ),
  settings: createS3SettingsStore(s3, env.RESULT_BUCKET),
  pageUrl: env.PAGE_URL,
  deleteJobObjects: createJobObjectsDeleter(s3, buckets, createSourceHolds(s3, buckets, jobs.get)),
  sourceRetentionDays: env.SOURCE_RETENTION_DAYS,
  resultRetentionDays: env.RESULT_RETENTION_DAYS,
});
