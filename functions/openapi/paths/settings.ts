import type { ZodOpenApiPathsObject } from "zod-openapi";
import { UnsubscribeQuery } from "../../../contract/api.ts";
import { Settings, SettingsChange } from "../../../contract/settings.ts";
import {
  ANYWHERE,
  answer,
  INVALID,
  json,
  page,
  session,
  UNAUTHORIZED,
  withPages,
} from "../answers.ts";

export const SETTINGS_PATHS = {
  "/settings": {
    get: {
      operationId: "readSettings",
      tags: ["Settings"],
      summary: "Your settings",
      description: "The defaults, if you haven't chosen anything.",
      security: session,
      responses: {
        200: answer("Your settings", Settings),
        ...UNAUTHORIZED,
        ...ANYWHERE,
      },
    },
    patch: {
      operationId: "changeSettings",
      tags: ["Settings"],
      summary: "Change your settings",
      description: "Those that aren't named stay.",
      security: session,
      requestBody: { required: true, content: json(SettingsChange) },
      responses: {
        200: answer("Your settings", Settings),
        ...INVALID,
        ...UNAUTHORIZED,
        ...ANYWHERE,
      },
    },
  },
  "/unsubscribe": {
    get: {
      operationId: "showUnsubscribe",
      tags: ["Settings"],
      summary: "A page that asks whether to stop all emails",
      description: "Changes nothing.",
      security: [],
      requestParams: { query: UnsubscribeQuery },
      responses: {
        200: page("The page"),
        ...withPages({ ...INVALID, ...UNAUTHORIZED, ...ANYWHERE }),
      },
    },
    post: {
      operationId: "unsubscribe",
      tags: ["Settings"],
      summary: "Stop all emails to one user",
      description: "With the token of an email's link. The body isn't read.",
      security: [],
      requestParams: { query: UnsubscribeQuery },
      responses: {
        200: page("Stopped"),
        ...withPages({ ...INVALID, ...UNAUTHORIZED, ...ANYWHERE }),
      },
    },
  },
} satisfies ZodOpenApiPathsObject;
