import { join } from "node:path";
import { createDatabase } from "../database/connection.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

/**
 * A database that has paused for days needs most of a minute; with less time the deployment would
 * fail.
 */
const connectTimeoutSeconds = 90;
/** A migration may take the rest of the function's five minutes. */
const queryTimeoutSeconds = 200;

export const handler = createHandler({
  database: createDatabase(readEnvironment(Environment), {
    connectTimeoutSeconds,
    queryTimeoutSeconds,
  }),
  directory: join(import.meta.dirname, "migrations"),
});
