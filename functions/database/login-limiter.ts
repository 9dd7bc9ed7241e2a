import type { Database } from "./connection.ts";
import { networkOf } from "./network.ts";

/** Wrong passwords for one account in a window, before it is locked for the rest of that window. */
const ACCOUNT_LIMIT = 10;
/** Many people of an office may share one address. */
const ADDRESS_LIMIT = 100;
const WINDOW_SECONDS = 15 * 60;

export interface LoginLimiter {
  /**
   * Counts an attempt before the password is checked, so that parallel attempts can't get through.
   *
   * @returns how many seconds to wait if there were too many, or else undefined.
   */
  countAttempt(email: string, address: string): Promise<number | undefined>;
  /** Takes the attempt off the count, because the password was right. */
  forgetAttempt(email: string, address: string): Promise<void>;
}

export function createLoginLimiter(database: Database): LoginLimiter {
  async function count(subject: string, limit: number): Promise<number | undefined> {
    const [row] = await database.query<{ attempts: number; wait_seconds: number }>(
      `insert into login_attempts as a (subject, attempts, window_started_at) values ($1, 1, now())
       on conflict (subject) do update set
         attempts = case when a.window_started_at < now() - make_interval(secs => $2)
                         then 1 else a.attempts + 1 end,
         window_started_at = case when a.window_started_at < now() - make_interval(secs => $2)
                                  then now() else a.window_started_at end
       returning attempts,
         ceil(extract(epoch from window_started_at + make_interval(secs => $2) - now()))::int
           as wait_seconds`,
      [subject, WINDOW_SECONDS],
    );
    return row && row.attempts > limit ? Math.max(1, row.wait_seconds) : undefined;
  }

  return {
    async countAttempt(email, address) {
      const byAddress = await count(addressSubject(address), ADDRESS_LIMIT);
      return byAddress ?? (await count(accountSubject(email), ACCOUNT_LIMIT));
    },
    async forgetAttempt(email, address) {
      await database.query("delete from login_attempts where subject = $1", [
        accountSubject(email),
      ]);
      await database.query(
        "update login_attempts set attempts = greatest(attempts - 1, 0) where subject = $1",
        [addressSubject(address)],
      );
      // Nothing else cleans the table, and successful sign-ins are rare enough for that.
      await database.query(
        "delete from login_attempts where window_started_at < now() - make_interval(secs => $1)",
        [WINDOW_SECONDS],
      );
    },
  };
}

const accountSubject = (email: string) => `account:${email.toLowerCase()}`;
const addressSubject = (address: string) => `address:${networkOf(address)}`;
