import { Signer } from "@aws-sdk/rds-signer";
import pg from "pg";
import { z } from "zod";
import { Refusal } from "../runtime/errors.ts";
import { logger } from "../runtime/observability.ts";
import { isOutage } from "../runtime/outage.ts";

/**
 * Either a connection string, or the address of RDS, where the function's role replaces a password.
 */
export const DatabaseEnvironment = z.union([
  z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) }),
  z.object({
    DATABASE_HOST: z.string().min(1),
    DATABASE_PORT: z.coerce.number().int().positive(),
    DATABASE_NAME: z.string().min(1),
    DATABASE_USER: z.string().min(1),
    /** A database that pauses needs time to wake up. */
    DATABASE_CONNECT_SECONDS: z.coerce.number().positive(),
    /** Lambda sets it. */
    AWS_REGION: z.string().min(1),
  }),
]);
export type DatabaseEnvironment = z.infer<typeof DatabaseEnvironment>;

/**
 * Both are well below the function's own time, so that it can still say that the database doesn't
 * answer.
 */
const CONNECT_TIMEOUT_SECONDS = 3;
const QUERY_TIMEOUT_SECONDS = 3;

export interface Database {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs `work` on one connection, in one transaction. */
  transact<Result>(work: (client: pg.ClientBase) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Opens one connection for each Lambda environment, at the first query. On RDS the certificate is
 * verified against the authorities that NODE_EXTRA_CA_CERTS adds.
 */
export function createDatabase(
  environment: DatabaseEnvironment,
  {
    queryTimeoutSeconds = QUERY_TIMEOUT_SECONDS,
    connectTimeoutSeconds = "DATABASE_CONNECT_SECONDS" in environment
      ? environment.DATABASE_CONNECT_SECONDS
      : CONNECT_TIMEOUT_SECONDS,
  } = {},
): Database {
  const pool = new pg.Pool({
    ...describeConnection(environment),
    max: 1,
    connectionTimeoutMillis: connectTimeoutSeconds * 1000,
    query_timeout: queryTimeoutSeconds * 1000,
    // The server stops as well, instead of working for nobody.
    statement_timeout: queryTimeoutSeconds * 1000,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on("error", () => logger.warn("idle database connection lost"));

  return {
    async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await nameOutage(pool.query<Row>(text, values))).rows;
    },
    async transact(work) {
      const client = await nameOutage(pool.connect());
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
      await pool.end();
    },
  };
}

/**
 * SQLSTATE classes of a server that can't answer now: no connection, no resources, operator
 * intervention. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const OUTAGE_STATES = /^(08|53|57)/;
/** Messages of pg and pg-pool, which have no codes for these. */
const OUTAGE_MESSAGES = /timeout|Connection terminated|Client has encountered a connection error/i;

/** @throws Refusal `unavailable` if the database can't be reached or doesn't answer. */
async function nameOutage<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const isOut =
      error instanceof pg.DatabaseError
        ? OUTAGE_STATES.test(error.code ?? "")
        : isOutage(error) || (error instanceof Error && OUTAGE_MESSAGES.test(error.message));
    if (!isOut) throw error;
    throw new Refusal(
      "unavailable",
      "database-unavailable",
      "The user database isn't responding right now. Please try again in a few seconds.",
      { retryAfterSeconds: 5, cause: error },
    );
  }
}

/**
 * A token is a presigned request. Creating it needs the function's credentials but no network. It
 * is valid for 15 minutes, so each new connection gets its own.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 */
function describeConnection(environment: DatabaseEnvironment): pg.PoolConfig {
  if ("DATABASE_URL" in environment) return { connectionString: environment.DATABASE_URL };
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_USER: user } = environment;
  const signer = new Signer({
    hostname: host,
    port,
    username: user,
    region: environment.AWS_REGION,
  });
  return {
    host,
    port,
    user,
    database: environment.DATABASE_NAME,
    password: () => signer.getAuthToken(),
    ssl: { rejectUnauthorized: true },
  };
}
