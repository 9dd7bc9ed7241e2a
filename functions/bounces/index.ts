import { createDatabase } from "../database/connection.ts";
import { createUserDirectory } from "../database/user-directory.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  users: createUserDirectory(createDatabase(readEnvironment(Environment))),
});
