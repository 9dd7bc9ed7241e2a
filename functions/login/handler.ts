import { LoginRequest, type LoginResponse } from "../../contract/api.ts";
import { Refusal } from "../runtime/errors.ts";
import { createHttpHandler, type HttpRequest, parseBody, parseInput } from "../runtime/http.ts";
import { SESSION_SECONDS, type Tokens } from "../runtime/tokens.ts";
import type { CheckPassword } from "./password-checker.ts";

interface Deps {
  checkPassword: CheckPassword;
  tokens: Tokens;
}

/** POST /login: exchanges a password for a session token. */
export function createHandler({ checkPassword, tokens }: Deps) {
  return createHttpHandler({
    "POST /login": async (request) => {
      const verdict = await checkPassword({
        ...readCredentials(request),
        sourceAddress: request.sourceAddress,
      });
      if (verdict.kind === "too-many-attempts") {
        const { waitSeconds } = verdict;
        throw new Refusal(
          "rate-limited",
          "too-many-attempts",
          `Too many attempts to sign in. Try again in ${Math.ceil(waitSeconds / 60)} minutes.`,
          { retryAfterSeconds: waitSeconds },
        );
      }
      if (verdict.kind === "wrong") {
        throw new Refusal(
          "unauthenticated",
          "wrong-credentials",
          "The email address or the password is wrong.",
        );
      }
      if (verdict.kind === "unavailable") {
        throw new Refusal(
          "unavailable",
          "database-unavailable",
          "The user database isn't responding right now. Please try again in a few seconds.",
          { retryAfterSeconds: 5 },
        );
      }
      const body: LoginResponse = {
        token: await tokens.issueSession(verdict.user),
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
