import { z } from "zod";
import type { Revocations } from "../runtime/revocations.ts";
import { SESSION_SECONDS } from "../runtime/tokens.ts";
import type { Database } from "./connection.ts";

const UserRow = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.enum(["user", "admin"]),
  disabled_at: z.date().nullable(),
  emails_refused_at: z.date().nullable(),
  emails_refused_by: z.enum(["bounce", "complaint"]).nullable(),
});

export interface User {
  id: string;
  email: string;
  role: "user" | "admin";
  disabledAt?: string;
  /** The latest email bounced permanently, or was reported as spam. */
  emailsRefused?: { at: string; by: "bounce" | "complaint" };
}

export interface UserDirectory {
  /** @returns undefined for an unknown address. Disabled users are found, and marked as such. */
  findByEmail(email: string): Promise<(User & { passwordHash: string }) | undefined>;
  /** @returns undefined if the address is taken. */
  create(user: {
    email: string;
    role: User["role"];
    passwordHash: string;
  }): Promise<User | undefined>;
  /** @returns undefined for an unknown address. */
  disable(email: string): Promise<User | undefined>;
  /**
   * Also enables a disabled user again, ends earlier sessions and forgets refused emails.
   *
   * @returns undefined for an unknown address.
   */
  setPassword(email: string, passwordHash: string): Promise<User | undefined>;
  /** @returns undefined for an unknown address. */
  markEmailsRefused(email: string, by: "bounce" | "complaint", at: Date): Promise<User | undefined>;
  list(): Promise<User[]>;
  /** Lists who is disabled, and who may still have sessions from before a new password. */
  listRevocations(): Promise<Revocations>;
}

const COLUMNS = "id, email, role, disabled_at, emails_refused_at, emails_refused_by";

export function createUserDirectory(database: Database): UserDirectory {
  async function queryUser(text: string, values: unknown[]): Promise<User | undefined> {
    const [row] = await database.query(text, values);
    return row && toUser(row);
  }

  return {
    async findByEmail(email) {
      const [row] = await database.query<{ password_hash: string }>(
        `select ${COLUMNS}, password_hash from users where lower(email) = lower($1)`,
        [email],
      );
      return row && { ...toUser(row), passwordHash: row.password_hash };
    },
    create: ({ email, role, passwordHash }) =>
      queryUser(
        `insert into users (email, role, password_hash) values ($1, $2, $3)
         on conflict do nothing returning ${COLUMNS}`,
        [email, role, passwordHash],
      ),
    disable: (email) =>
      queryUser(
        `update users set disabled_at = coalesce(disabled_at, now())
         where lower(email) = lower($1) returning ${COLUMNS}`,
        [email],
      ),
    setPassword: (email, passwordHash) =>
      queryUser(
        `update users set password_hash = $2, disabled_at = null, sessions_from = now(),
           emails_refused_at = null, emails_refused_by = null
         where lower(email) = lower($1) returning ${COLUMNS}`,
        [email, passwordHash],
      ),
    markEmailsRefused: (email, by, at) =>
      queryUser(
        `update users set emails_refused_by = $2, emails_refused_at = $3
         where lower(email) = lower($1) returning ${COLUMNS}`,
        [email, by, at],
      ),
    async listRevocations() {
      const disabled = await database.query<{ id: string }>(
        "select id from users where disabled_at is not null",
      );
      const renewed = await database.query<{ id: string; seconds: number }>(
        `select id, floor(extract(epoch from sessions_from))::float8 as seconds from users
         where sessions_from > now() - make_interval(secs => $1)`,
        [SESSION_SECONDS],
      );
      return {
        disabled: disabled.map(({ id }) => id),
        sessionsFrom: Object.fromEntries(renewed.map(({ id, seconds }) => [id, seconds])),
      };
    },
    async list() {
      return (await database.query(`select ${COLUMNS} from users order by lower(email)`)).map(
        toUser,
      );
    },
  };
}

function toUser(row: unknown): User {
  const { id, email, role, disabled_at, emails_refused_at, emails_refused_by } = UserRow.parse(row);
  return {
    id,
    email,
    role,
    ...(disabled_at && { disabledAt: disabled_at.toISOString() }),
    ...(emails_refused_at &&
      emails_refused_by && {
        emailsRefused: { at: emails_refused_at.toISOString(), by: emails_refused_by },
      }),
  };
}
