import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../database/connection.ts";

/** Any constant that no other lock in this database uses. */
const ADVISORY_LOCK = 7_461_025;

interface Deps {
  database: Database;
  /** Holds the migrations, applied in the order of their file names. */
  directory: string;
}

/**
 * Brings the database's tables up to date, completely or not at all. Concurrent runs wait for each
 * other.
 *
 * @returns the names of the migrations that were new.
 */
export const createHandler =
  ({ database, directory }: Deps) =>
  async (): Promise<{ applied: string[] }> => {
    const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
    return database.transact(async (client) => {
      await client.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
      await client.query(
        "create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())",
      );
      const { rows } = await client.query<{ name: string }>("select name from migrations");
      const done = new Set(rows.map(({ name }) => name));
      const applied = names.filter((name) => !done.has(name));
      for (const name of applied) {
        await client.query(await readFile(join(directory, name), "utf8"));
        await client.query("insert into migrations (name) values ($1)", [name]);
      }
      return { applied };
    });
  };
