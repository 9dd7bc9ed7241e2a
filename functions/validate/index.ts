import { readEnvironment } from "../runtime/environment.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createRevocationsReader } from "../runtime/revocations.ts";
import { createSecretKeys } from "../runtime/secret-keys.ts";
import { createTokens } from "../runtime/tokens.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(Environment);
const revocations = createRevocationsReader(createS3Client(PROMPT), env.RESULT_BUCKET);
const tokens = createTokens(createSecretKeys(env.JWT_SECRET_ARN), revocations);

export const handler = createHandler({ tokens });
