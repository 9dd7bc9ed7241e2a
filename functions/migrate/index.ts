import { join } from "node:path";
import { createDatabase } from "../database/connection.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

/** A migration may take all of the function's five minutes. */
const queryTimeoutSeconds = 290;

export const handler = createHandler({
  database: createDatabase(readEnvironment(Environment), { queryTimeoutSeconds }),
  directory: join(import.meta.dirname, "migrations"),
});
