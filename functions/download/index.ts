import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { readEnvironment } from "../core/environment.ts";
import { createPresigningClient, createS3Client } from "../core/s3-clients.ts";
import { createS3JobStore } from "../core/s3-job-store.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens } from "../core/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const { JWT_SECRET_ARN, RESULT_BUCKET, PUBLIC_S3_ENDPOINT } = readEnvironment(Environment);
const presigningClient = createPresigningClient(PUBLIC_S3_ENDPOINT);

export const handler = createHandler({
  jobs: createS3JobStore(createS3Client(), RESULT_BUCKET),
  tokens: createTokens(createSecretKeys(JWT_SECRET_ARN)),
  presignResult: ({ key, contentDisposition, expiresInSeconds }) =>
    getSignedUrl(
      presigningClient,
      new GetObjectCommand({
        Bucket: RESULT_BUCKET,
        Key: key,
        ResponseContentDisposition: contentDisposition,
      }),
      { expiresIn: expiresInSeconds },
    ),
});
