import { readEnvironment } from "../core/environment.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens } from "../core/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const { JWT_SECRET_ARN } = readEnvironment(Environment);

export const handler = createHandler({ tokens: createTokens(createSecretKeys(JWT_SECRET_ARN)) });
