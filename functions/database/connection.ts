import { getSecret } from "@aws-lambda-powertools/parameters/secrets";
import pg from "pg";
import { z } from "zod";
import { logger } from "../core/observability.ts";

/** Either a connection string, or the secret that RDS keeps. */
export const DatabaseEnvironment = z.union([
  z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) }),
  z.object({ DATABASE_SECRET_ARN: z.string().min(1) }),
]);
export type DatabaseEnvironment = z.infer<typeof DatabaseEnvironment>;

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
const DatabaseSecret = z.object({
  host: z.string(),
  port: z.coerce.number(),
  dbname: z.string(),
  username: z.string(),
  password: z.string(),
});

const CONNECT_TIMEOUT_MILLISECONDS = 5000;
const QUERY_TIMEOUT_SECONDS = 10;

export interface Database {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs `work` on one connection, in one transaction. */
  transact<Result>(work: (client: pg.ClientBase) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/**
 * One connection per Lambda environment, made at the first query. On RDS the certificate is verified
 * against the authorities that NODE_EXTRA_CA_CERTS adds.
 */
export function createDatabase(
  environment: DatabaseEnvironment,
  { queryTimeoutSeconds = QUERY_TIMEOUT_SECONDS } = {},
): Database {
  let pool: Promise<pg.Pool> | undefined;

  async function open(): Promise<pg.Pool> {
    const config = await readConfig(environment);
    const opened = new pg.Pool({
      ...config,
      max: 1,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
      query_timeout: queryTimeoutSeconds * 1000,
      allowExitOnIdle: true,
    });
    // Without a listener a connection that breaks while idle would end the process.
    opened.on("error", () => logger.warn("idle database connection lost"));
    return opened;
  }

  function connect(): Promise<pg.Pool> {
    pool ??= open().catch((error: unknown) => {
      pool = undefined;
      throw error;
    });
    return pool;
  }

  return {
    async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await (await connect()).query<Row>(text, values)).rows;
    },
    async transact(work) {
      const client = await (await connect()).connect();
      let broken: Error | undefined;
      try {
        await client.query("begin");
        const result = await work(client);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await (await pool)?.end();
      pool = undefined;
    },
  };
}

async function readConfig(environment: DatabaseEnvironment): Promise<pg.PoolConfig> {
  if ("DATABASE_URL" in environment) return { connectionString: environment.DATABASE_URL };
  const secret = await getSecret(environment.DATABASE_SECRET_ARN, { transform: "json" });
  const { host, port, dbname, username, password } = DatabaseSecret.parse(secret);
  return {
    host,
    port,
    database: dbname,
    user: username,
    password,
    ssl: { rejectUnauthorized: true },
  };
}
