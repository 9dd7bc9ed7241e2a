import { join } from "node:path";
import { readEnvironment } from "../core/environment.ts";
import { createDatabase } from "../database/connection.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

/** A migration may take all of the function's five minutes. */
const queryTimeoutSeconds = 290;

export const handler = createHandler({
  database: createDatabase(readEnvironment(Environment), { queryTimeoutSeconds }),
  directory: join(import.meta.dirname, "migrations"),
});
