export { DatabaseEnvironment as Environment } from "../database/connection.ts";
