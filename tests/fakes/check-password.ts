import { createHandler } from "../../functions/check-password/handler.ts";
import type { Database } from "../../functions/database/connection.ts";
import { createLoginLimiter } from "../../functions/database/login-limiter.ts";
import { createUserDirectory } from "../../functions/database/user-directory.ts";
import type { CheckPassword } from "../../functions/login/password-checker.ts";
import { PasswordVerdict } from "../../functions/runtime/password-check.ts";

/** Calls the function that checks passwords, instead of invoking it. Both carry JSON. */
export function createDirectPasswordCheck(database: Database): CheckPassword {
  const check = createHandler({
    users: createUserDirectory(database),
    limiter: createLoginLimiter(database),
  });
  return async (credentials) => {
    const event: unknown = JSON.parse(JSON.stringify({ action: "check", ...credentials }));
    return PasswordVerdict.parse(JSON.parse(JSON.stringify(await check(event))));
  };
}
