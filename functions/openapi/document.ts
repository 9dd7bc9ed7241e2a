import { z } from "zod";
import { createDocument } from "zod-openapi";
import { ANYWHERE, answer } from "./answers.ts";
import { FEED_PATHS } from "./paths/feed.ts";
import { JOB_PATHS } from "./paths/jobs.ts";
import { SESSION_PATHS } from "./paths/session.ts";
import { SETTINGS_PATHS } from "./paths/settings.ts";
import { describeUploads } from "./paths/upload.ts";

/**
 * Removes keywords that confuse code generators. openapi-generator's Python reads `pattern` beside
 * `format` as a pattern of the parsed value; the narrower of the two stays.
 */
function simplify({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema.format === undefined || jsonSchema.pattern === undefined) return;
  if (jsonSchema.format === "email") delete jsonSchema.format;
  else delete jsonSchema.pattern;
}

/** Builds the OpenAPI 3.1 document from the schemas that the handlers parse with. */
export const describeApi = ({ maxSourceBytes }: { maxSourceBytes: number }) =>
  createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Tapedeck",
        version: "1",
        description: "Turns videos into MP3s. Errors are RFC 9457 problem details.",
        contact: { name: "Whoever runs this service" },
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: ".", description: "Where this document is served" }],
      tags: [
        { name: "Session", description: "Signing in" },
        { name: "Upload", description: "Sending a video" },
        { name: "Jobs", description: "Watching jobs and fetching MP3s" },
        { name: "Settings", description: "Which emails you get, and in which language" },
        { name: "Feed", description: "Your MP3s as a private podcast" },
        { name: "Description", description: "This document" },
      ],
      components: {
        securitySchemes: {
          session: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
          basic: { type: "http", scheme: "basic" },
        },
      },
      paths: {
        ...SESSION_PATHS,
        ...describeUploads(maxSourceBytes),
        ...JOB_PATHS,
        ...SETTINGS_PATHS,
        ...FEED_PATHS,
        "/openapi.json": {
          get: {
            operationId: "describeApi",
            tags: ["Description"],
            summary: "This document",
            description: "OpenAPI 3.1.",
            security: [],
            responses: {
              200: answer("The document", z.looseObject({ openapi: z.string() })),
              ...ANYWHERE,
            },
          },
        },
      },
    },
    { override: simplify },
  );
