import { readEnvironment } from "../core/environment.ts";
import { createPresigningClient, createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens } from "../core/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createSourcePresigner } from "./source-presigner.ts";

const env = readEnvironment(Environment);
const jobs = createS3JobStore(createS3Client(), env.RESULT_BUCKET);
const tokens = createTokens(createSecretKeys(env.JWT_SECRET_ARN));
const presigningClient = createPresigningClient(env.PUBLIC_S3_ENDPOINT);
const presignSource = createSourcePresigner(presigningClient, env.SOURCE_BUCKET);

export const handler = createHandler({
  jobs,
  tokens,
  presignSource,
  maxSourceBytes: env.MAX_SOURCE_BYTES,
});
