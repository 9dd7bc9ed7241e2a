import { createDatabase } from "../database/connection.ts";
import { createLoginLimiter } from "../database/login-limiter.ts";
import { createUserDirectory } from "../database/user-directory.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const database = createDatabase(readEnvironment(Environment));

export const handler = createHandler({
  users: createUserDirectory(database),
  limiter: createLoginLimiter(database),
});
