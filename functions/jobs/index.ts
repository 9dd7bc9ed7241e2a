import { readEnvironment } from "../core/environment.ts";
import { PROMPT } from "../core/patience.ts";
import { createRevocationsReader } from "../core/revocations.ts";
import { createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens } from "../core/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createJobObjectsDeleter } from "./job-objects.ts";

const env = readEnvironment(Environment);
const s3 = createS3Client(PROMPT);
const buckets = { source: env.SOURCE_BUCKET, result: env.RESULT_BUCKET };

export const handler = createHandler({
  jobs: createS3JobStore(s3, env.RESULT_BUCKET),
  tokens: createTokens(
    createSecretKeys(env.JWT_SECRET_ARN),
    createRevocationsReader(s3, env.RESULT_BUCKET),
  ),
  deleteJobObjects: createJobObjectsDeleter(s3, buckets),
  resultRetentionDays: env.RESULT_RETENTION_DAYS,
});
