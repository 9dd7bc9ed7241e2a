import * as z from "zod/mini";
import type { LoginResponse } from "../contract/api.ts";
import { request } from "./request.ts";
import { withRetries } from "./retry.ts";

/** The contract's answer, in zod's small build, so that a page that only signs in loads little. */
const Answer: z.ZodMiniType<LoginResponse> = z.object({
  token: z.string(),
  tokenType: z.literal("Bearer"),
  expiresIn: z.int(),
});

/**
 * Exchanges a password for a token. Signing in changes nothing, so transient failures are retried.
 *
 * @throws ApiError with status 401 for a wrong address or password.
 */
export function signIn(
  apiUrl: string,
  credentials: { email: string; password: string },
  signal: AbortSignal = new AbortController().signal,
): Promise<LoginResponse> {
  const call = { method: "POST", path: "/login", body: credentials, signal } as const;
  return withRetries(() => request(apiUrl, Answer, call), { signal, maxRetries: 2 });
}
