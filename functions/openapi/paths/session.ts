import type { ZodOpenApiPathsObject } from "zod-openapi";
import { Claims, LoginRequest, LoginResponse } from "../../../contract/api.ts";
import { ANYWHERE, answer, INVALID, json, refusal, session, UNAUTHORIZED } from "../answers.ts";

export const SESSION_PATHS = {
  "/login": {
    post: {
      operationId: "logIn",
      tags: ["Session"],
      summary: "Sign in",
      description: "With HTTP Basic or with a JSON body. With HTTP Basic the body is ignored.",
      security: [{ basic: [] }, {}],
      requestBody: { required: false, content: json(LoginRequest) },
      responses: {
        200: answer("Signed in", LoginResponse),
        ...INVALID,
        401: refusal("Wrong email address or password, or neither was sent"),
        ...ANYWHERE,
      },
    },
  },
  "/validate": {
    post: {
      operationId: "validateToken",
      tags: ["Session"],
      summary: "Check a token",
      description: "The claims of the token in `Authorization`.",
      security: session,
      responses: { 200: answer("The token's claims", Claims), ...UNAUTHORIZED, ...ANYWHERE },
    },
  },
} satisfies ZodOpenApiPathsObject;
