import { readEnvironment } from "../core/environment.ts";
import { createPresigningClient, createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens } from "../core/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createResultPresigner } from "./result-presigner.ts";

const env = readEnvironment(Environment);
const presigningClient = createPresigningClient(env.PUBLIC_S3_ENDPOINT);

export const handler = createHandler({
  jobs: createS3JobStore(createS3Client(), env.RESULT_BUCKET),
  tokens: createTokens(createSecretKeys(env.JWT_SECRET_ARN)),
  presignResult: createResultPresigner(presigningClient, env.RESULT_BUCKET),
  resultRetentionDays: env.RESULT_RETENTION_DAYS,
});
