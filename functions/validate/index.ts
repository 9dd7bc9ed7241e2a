import { readEnvironment } from "../core/environment.ts";
import { PROMPT } from "../core/patience.ts";
import { createRevocationsReader } from "../core/revocations.ts";
import { createS3Client } from "../core/s3-clients.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens } from "../core/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(Environment);
const revocations = createRevocationsReader(createS3Client(PROMPT), env.RESULT_BUCKET);
const tokens = createTokens(createSecretKeys(env.JWT_SECRET_ARN), revocations);

export const handler = createHandler({ tokens });
