import { join } from "node:path";
import { createDatabase } from "../database/connection.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

/** A database that has paused for days needs most of a minute, and a deployment would fail without. */
const connectTimeoutSeconds = 90;
/** A migration may take what is left of the function's five minutes. */
const queryTimeoutSeconds = 200;

export const handler = createHandler({
  database: createDatabase(readEnvironment(Environment), {
    connectTimeoutSeconds,
    queryTimeoutSeconds,
  }),
  directory: join(import.meta.dirname, "migrations"),
});
