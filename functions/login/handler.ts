import { LoginRequest, type LoginResponse } from "../../contract/api.ts";
import { Refusal } from "../core/errors.ts";
import { createHttpHandler, type HttpRequest, parseBody, parseInput } from "../core/http.ts";
import { SESSION_SECONDS, type Tokens } from "../core/tokens.ts";
import type { LoginLimiter } from "../database/login-limiter.ts";
import { hashPassword, verifyPassword } from "../database/passwords.ts";
import type { UserDirectory } from "../database/user-directory.ts";

interface Deps {
  users: UserDirectory;
  limiter: LoginLimiter;
  tokens: Tokens;
}

/** POST /login: a password for a session token. */
export function createHandler({ users, limiter, tokens }: Deps) {
  // Verified against when the address is unknown, so that both answers take the same time.
  const decoyHash = hashPassword("no user has this password");

  return createHttpHandler({
    "POST /login": async (request) => {
      const { email, password } = readCredentials(request);
      const waitSeconds = await limiter.countAttempt(email, request.sourceAddress);
      if (waitSeconds !== undefined) {
        throw new Refusal(
          "rate-limited",
          "too-many-attempts",
          `Too many attempts to sign in. Try again in ${Math.ceil(waitSeconds / 60)} minutes.`,
          { retryAfterSeconds: waitSeconds },
        );
      }
      const user = await users.findByEmail(email);
      const matches = await verifyPassword(password, user?.passwordHash ?? (await decoyHash));
      if (!user || !matches || user.disabledAt) {
        throw new Refusal(
          "unauthenticated",
          "wrong-credentials",
          "The email address or the password is wrong.",
        );
      }
      await limiter.forgetAttempt(email, request.sourceAddress);
      const body: LoginResponse = {
        token: await tokens.issueSession(user),
        tokenType: "Bearer",
        expiresIn: SESSION_SECONDS,
      };
      return { status: 200, body };
    },
  });
}

/** A JSON body, or HTTP Basic (RFC 7617) as `curl -u` sends it. */
function readCredentials(request: HttpRequest): LoginRequest {
  const [scheme = "", encoded = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") {
    if (request.body === "") {
      throw new Refusal(
        "unauthenticated",
        "missing-credentials",
        'Send your email address and password: as JSON, {"email": "…", "password": "…"}, or with HTTP Basic, as curl -u does.',
      );
    }
    return parseBody(LoginRequest, request);
  }
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return parseInput(LoginRequest, {
    email: colon < 0 ? pair : pair.slice(0, colon),
    password: colon < 0 ? "" : pair.slice(colon + 1),
  });
}
