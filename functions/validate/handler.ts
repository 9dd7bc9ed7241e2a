import { createHttpHandler } from "../runtime/http.ts";
import { authenticate, type Tokens } from "../runtime/tokens.ts";

/** POST /validate: returns the token's claims, or 401. Every other route makes the same check. */
export const createHandler = ({ tokens }: { tokens: Tokens }) =>
  createHttpHandler({
    "POST /validate": async (request) => ({
      status: 200,
      body: await authenticate(tokens, request),
    }),
  });
