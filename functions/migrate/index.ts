import { join } from "node:path";
import { readEnvironment } from "../core/environment.ts";
import { createDatabase } from "../database/connection.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  database: createDatabase(readEnvironment(Environment)),
  directory: join(import.meta.dirname, "migrations"),
});
