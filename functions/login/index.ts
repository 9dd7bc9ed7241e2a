import { LambdaClient } from "@aws-sdk/client-lambda";
import { readEnvironment } from "../runtime/environment.ts";
import type { Patience } from "../runtime/patience.ts";
import { createSecretKeys } from "../runtime/secret-keys.ts";
import { createTokens, ISSUES_ONLY } from "../runtime/tokens.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";
import { createPasswordChecker } from "./password-checker.ts";

/**
 * A second try would count the attempt twice. The function itself answers before this time is up.
 */
const ONE_TRY: Patience = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 29_000, throwOnRequestTimeout: true },
};

const { JWT_SECRET_ARN, CHECK_PASSWORD_FUNCTION } = readEnvironment(Environment);

export const handler = createHandler({
  checkPassword: createPasswordChecker(new LambdaClient(ONE_TRY), CHECK_PASSWORD_FUNCTION),
  tokens: createTokens(createSecretKeys(JWT_SECRET_ARN), ISSUES_ONLY),
});
