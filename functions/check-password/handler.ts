import type { LoginLimiter } from "../database/login-limiter.ts";
import { hashPassword, verifyPassword } from "../database/passwords.ts";
import type { UserDirectory } from "../database/user-directory.ts";
import { Refusal } from "../runtime/errors.ts";
import { logger } from "../runtime/observability.ts";
import {
  type CheckRequest,
  PasswordCheck,
  type PasswordVerdict,
} from "../runtime/password-check.ts";

interface Deps {
  users: UserDirectory;
  limiter: LoginLimiter;
}

/** Checks whose password it is. It has no route: only `login` may invoke it. */
export function createHandler({ users, limiter }: Deps) {
  // Verified if the address is unknown, so that both answers take the same time.
  const decoyHash = hashPassword("no user has this password");

  return async (event: unknown): Promise<PasswordVerdict | undefined> => {
    const request = PasswordCheck.parse(event);
    if (request.action === "keep-alive") return undefined;
    try {
      return await check(request);
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== "unavailable") throw error;
      logger.error("the database doesn't answer", { error });
      return { kind: "unavailable" };
    }
  };

  async function check({ email, password, sourceAddress }: CheckRequest): Promise<PasswordVerdict> {
    const waitSeconds = await limiter.countAttempt(email, sourceAddress);
    if (waitSeconds !== undefined) return { kind: "too-many-attempts", waitSeconds };
    const user = await users.findByEmail(email);
    const matches = await verifyPassword(password, user?.passwordHash ?? (await decoyHash));
    if (!user || !matches || user.disabledAt) return { kind: "wrong" };
    await limiter.forgetAttempt(email, sourceAddress);
    return { kind: "right", user: { id: user.id, email: user.email, role: user.role } };
  }
}
