import { ApiError } from "../errors.ts";
import type { Session } from "../session.ts";
import { signIn } from "../sign-in.ts";

/**
 * Creates a session for a program that knows the password. It signs in for the first request, and again
 * if the token expires during a long upload.
 */
export function createPasswordSession(
  apiUrl: string,
  credentials: { email: string; password: string },
): Session {
  let token: Promise<string> | undefined;
  let refused: string | undefined;

  return {
    async getToken(signal) {
      token ??= signIn(apiUrl, credentials, signal).then((answer) => answer.token);
      try {
        return await token;
      } catch (error) {
        token = undefined;
        throw error;
      }
    },
    expire(expired) {
      // A token that is refused right after it was issued would be requested again and again.
      if (refused === expired)
        throw new ApiError(401, { detail: "The API rejected the token that it issued." });
      refused = expired;
      token = undefined;
    },
  };
}
