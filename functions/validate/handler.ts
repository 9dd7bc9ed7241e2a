import { createHttpHandler } from "../runtime/http.ts";
import { authenticate, type Tokens } from "../runtime/tokens.ts";

/** POST /validate: whose token it is, or 401. The same check as every other route makes. */
export const createHandler = ({ tokens }: { tokens: Tokens }) =>
  createHttpHandler({
    "POST /validate": async (request) => ({
      status: 200,
      body: await authenticate(tokens, request),
    }),
  });
