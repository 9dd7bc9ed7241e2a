import { z } from "zod";
import { hashPassword } from "../database/passwords.ts";
import type { User, UserDirectory } from "../database/user-directory.ts";
import type { PublishRevocations } from "../runtime/revocations.ts";

/** NIST SP 800-63B-4, 3.1.1.2: at least 15 characters if the password is the only factor. */
const MIN_PASSWORD_LENGTH = 15;

const Email = z.email("must be an email address").max(254);
const Password = z
  .string()
  .min(MIN_PASSWORD_LENGTH, `must have at least ${MIN_PASSWORD_LENGTH} characters`)
  .max(1024);

const UsersRequest = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("create"),
    email: Email,
    password: Password,
    role: z.enum(["user", "admin"]).default("user"),
  }),
  z.strictObject({ action: z.literal("disable"), email: Email }),
  z.strictObject({ action: z.literal("set-password"), email: Email, password: Password }),
  z.strictObject({ action: z.literal("list") }),
]);
export type UsersResponse = { users: User[] } | { user: User };

interface Deps {
  users: UserDirectory;
  publishRevocations: PublishRevocations;
}

/**
 * Administers users. It has no route: whoever may invoke the function through IAM is the
 * administrator.
 *
 * @throws Error with a sentence for the administrator.
 */
export const createHandler =
  ({ users, publishRevocations }: Deps) =>
  async (event: unknown): Promise<UsersResponse> => {
    const parsed = UsersRequest.safeParse(event);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
      throw new Error(`The request doesn't fit: ${faults.join("; ")}.`);
    }
    const request = parsed.data;
    switch (request.action) {
      case "list":
        return { users: await users.list() };
      case "create": {
        const { email, role, password } = request;
        const passwordHash = await hashPassword(password);
        const user = await users.create({ email, role, passwordHash });
        if (!user) throw new Error("A user with this address already exists.");
        return { user };
      }
      case "disable":
        return endSessions(await users.disable(request.email));
      case "set-password": {
        const passwordHash = await hashPassword(request.password);
        const user = await users.setPassword(request.email, passwordHash);
        return endSessions(user);
      }
    }

    /**
     * This also runs if nothing changed, so that repeating a command repairs a list that wasn't
     * written.
     */
    async function endSessions(user: User | undefined): Promise<UsersResponse> {
      const known = requireUser(user);
      await publishRevocations(() => users.listRevocations());
      return { user: known };
    }
  };

/** Errors are logged, so they contain no address. */
function requireUser(user: User | undefined): User {
  if (!user) throw new Error("There is no user with this address.");
  return user;
}
