import { readEnvironment } from "../core/environment.ts";
import { createSecretKeys } from "../core/secret-keys.ts";
import { createTokens, ISSUES_ONLY } from "../core/tokens.ts";
import { createDatabase } from "../database/connection.ts";
import { createLoginLimiter } from "../database/login-limiter.ts";
import { createUserDirectory } from "../database/user-directory.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const environment = readEnvironment(Environment);
const database = createDatabase(environment);
const users = createUserDirectory(database);
const limiter = createLoginLimiter(database);
const tokens = createTokens(createSecretKeys(environment.JWT_SECRET_ARN), ISSUES_ONLY);

export const handler = createHandler({ users, limiter, tokens });
