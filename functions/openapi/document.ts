import { z } from "zod";
import { createDocument } from "zod-openapi";
import {
  AgainRequest,
  AgainResponse,
  Claims,
  DownloadQuery,
  DownloadResponse,
  JobList,
  JobView,
  ListJobsQuery,
  LoginRequest,
  LoginResponse,
  Problem,
  SignPartsRequest,
  SignPartsResponse,
  SignRequest,
  SignResponse,
  UnsubscribeQuery,
  UploadRequest,
  UploadResponse,
} from "../../contract/api.ts";
import { CreatedFeed, EpisodeQuery, FeedQuery, FeedStatus } from "../../contract/feed.ts";
import { JobId } from "../../contract/job.ts";
import { Settings, SettingsChange } from "../../contract/settings.ts";

const json = (schema: z.ZodType) => ({ "application/json": { schema } });
const answer = (description: string, schema: z.ZodType) => ({
  description,
  content: json(schema),
});
const refusal = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

const page = (description: string) => ({
  description,
  content: { "text/html": { schema: z.string() } },
});

/** Adds the page that a browser gets instead of a problem document. */
const withPages = (responses: Record<number, ReturnType<typeof refusal>>) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, { description, content }]) => [
      status,
      { description, content: { ...content, ...page(description).content } },
    ]),
  );

const UNAUTHORIZED = { 401: refusal("Not signed in, or the session has ended") };
const INVALID = { 400: refusal("The request is invalid; `errors` names the fields") };
const NO_SUCH_JOB = { 404: refusal("There is no such job, or it belongs to somebody else") };
const NO_SUCH_FEED = { 404: refusal("The feed was revoked or never existed, or has no such job") };
/** The answers that any request may get. */
const ANYWHERE = {
  405: refusal("This path doesn't have that method; see Allow"),
  413: refusal("The request is too large for the API"),
  429: refusal("Too many requests, or one of your limits is reached; see Retry-After"),
  500: refusal("An error on our side"),
  503: refusal("A part of the service isn't responding; see Retry-After"),
  504: refusal("The request took too long; try again"),
};

const session = [{ session: [] }];
const jobPath = z.object({ jobId: JobId });

/**
 * Removes keywords that confuse code generators. openapi-generator's Python reads `pattern` beside
 * `format` as a pattern of the parsed value; the narrower of the two stays.
 */
function simplify({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema.format === undefined || jsonSchema.pattern === undefined) return;
  if (jsonSchema.format === "email") delete jsonSchema.format;
  else delete jsonSchema.pattern;
}

/** Links to the next operations on the job in an answer. */
const withJob = Object.fromEntries(
  ["signUploadRequest", "getJob", "deleteJob"].map((operationId) => [
    operationId,
    { operationId, parameters: { jobId: "$response.body#/jobId" } },
  ]),
);
const NEXT = {
  ...withJob,
  downloadMp3: { operationId: "downloadMp3", parameters: { id: "$response.body#/jobId" } },
};

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
        "/login": {
          post: {
            operationId: "logIn",
            tags: ["Session"],
            summary: "Sign in",
            description:
              "With HTTP Basic or with a JSON body. With HTTP Basic the body is ignored.",
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
        "/upload": {
          post: {
            operationId: "createUpload",
            tags: ["Upload"],
            summary: "Create a job",
            description: `Says where to send the file's bytes: ${maxSourceBytes} at most.`,
            security: session,
            requestBody: { required: true, content: json(UploadRequest) },
            responses: {
              201: { ...answer("The job and its upload", UploadResponse), links: NEXT },
              ...INVALID,
              ...UNAUTHORIZED,
              ...ANYWHERE,
              413: refusal(`The file has more than ${maxSourceBytes} bytes`),
            },
          },
        },
        "/upload/{jobId}/sign": {
          post: {
            operationId: "signUploadRequest",
            tags: ["Upload"],
            summary: "Sign an S3 request that carries the job's file",
            description:
              "Each part's length is signed: `partSizeBytes`, and the rest for the last part.",
            security: session,
            requestParams: { path: jobPath },
            requestBody: { required: true, content: json(SignRequest) },
            responses: {
              200: answer("The presigned URL", SignResponse),
              ...INVALID,
              ...UNAUTHORIZED,
              ...NO_SUCH_JOB,
              409: refusal("The file is already uploaded"),
              ...ANYWHERE,
            },
          },
        },
        "/upload/{jobId}/sign-parts": {
          post: {
            operationId: "signUploadParts",
            tags: ["Upload"],
            summary: "Sign the requests of several parts",
            description:
              "As `/upload/{jobId}/sign` does for one part. Sign those that are sent within the next hour.",
            security: session,
            requestParams: { path: jobPath },
            requestBody: { required: true, content: json(SignPartsRequest) },
            responses: {
              200: answer("A presigned URL for each part", SignPartsResponse),
              ...INVALID,
              ...UNAUTHORIZED,
              ...NO_SUCH_JOB,
              409: refusal("The file is already uploaded"),
              ...ANYWHERE,
            },
          },
        },
        "/jobs": {
          get: {
            operationId: "listJobs",
            tags: ["Jobs"],
            summary: "Your jobs, newest first",
            description: "One page; `nextCursor` leads to the next.",
            security: session,
            requestParams: { query: ListJobsQuery },
            responses: {
              200: answer("One page", JobList),
              ...INVALID,
              ...UNAUTHORIZED,
              ...ANYWHERE,
            },
          },
        },
        "/jobs/{jobId}": {
          get: {
            operationId: "getJob",
            tags: ["Jobs"],
            summary: "One job, with its progress",
            description: "Poll it until `state` is completed or failed.",
            security: session,
            requestParams: { path: jobPath },
            responses: {
              200: answer("The job", JobView),
              ...UNAUTHORIZED,
              ...NO_SUCH_JOB,
              ...ANYWHERE,
            },
          },
          delete: {
            operationId: "deleteJob",
            tags: ["Jobs"],
            summary: "Cancel a job and delete its files",
            description: "Its source and its MP3 are deleted too.",
            security: session,
            requestParams: { path: jobPath },
            responses: {
              204: { description: "Deleted" },
              ...UNAUTHORIZED,
              ...NO_SUCH_JOB,
              ...ANYWHERE,
            },
          },
        },
        "/jobs/{jobId}/seen": {
          post: {
            operationId: "markJobSeen",
            tags: ["Jobs"],
            summary: "Say that its owner has seen how a job ended",
            description: "No email about it goes out, unless one already did.",
            security: session,
            requestParams: { path: jobPath },
            responses: {
              204: { description: "Noted" },
              ...UNAUTHORIZED,
              ...NO_SUCH_JOB,
              ...ANYWHERE,
            },
          },
        },
        "/jobs/{jobId}/again": {
          post: {
            operationId: "convertAgain",
            tags: ["Jobs"],
            summary: "Convert a job's source once more, with other options",
            description:
              "Makes a new job. Works until `sourceExpiresAt`. The options of the earlier job aren't used.",
            security: session,
            requestParams: { path: jobPath },
            requestBody: { required: true, content: json(AgainRequest) },
            responses: {
              201: { ...answer("The new job", AgainResponse), links: NEXT },
              ...INVALID,
              ...UNAUTHORIZED,
              ...NO_SUCH_JOB,
              409: refusal("The source isn't there, or is no longer kept"),
              ...ANYWHERE,
            },
          },
        },
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
        "/download": {
          get: {
            operationId: "downloadMp3",
            tags: ["Jobs"],
            summary: "The MP3",
            description: "With `id` and a session, or with the link `token` of an email; not both.",
            security: [...session, {}],
            requestParams: { query: DownloadQuery },
            responses: {
              200: answer("The URL itself, when `Accept` is application/json", DownloadResponse),
              302: {
                description: "Redirects to a presigned S3 URL",
                headers: z.object({ Location: z.url() }),
              },
              ...withPages({
                ...INVALID,
                ...UNAUTHORIZED,
                ...NO_SUCH_JOB,
                409: refusal("Not ready yet, or failed"),
                ...ANYWHERE,
              }),
            },
          },
        },
        "/feed": {
          post: {
            operationId: "createFeed",
            tags: ["Feed"],
            summary: "Create your podcast feed, or replace its URL",
            description: "Returns the URL, this once. An earlier URL stops working.",
            security: session,
            responses: { 201: answer("The feed", CreatedFeed), ...UNAUTHORIZED, ...ANYWHERE },
          },
          get: {
            operationId: "readFeed",
            tags: ["Feed"],
            summary: "Whether you have a podcast feed, and since when",
            description: "Without its URL, which is not stored.",
            security: session,
            responses: { 200: answer("The feed", FeedStatus), ...UNAUTHORIZED, ...ANYWHERE },
          },
          delete: {
            operationId: "revokeFeed",
            tags: ["Feed"],
            summary: "Revoke your podcast feed",
            description: "Its URL and its episodes' URLs stop working.",
            security: session,
            responses: {
              204: { description: "There is no feed any more" },
              ...UNAUTHORIZED,
              ...ANYWHERE,
            },
          },
        },
        "/feed/rss.xml": {
          get: {
            operationId: "readRss",
            tags: ["Feed"],
            summary: "The feed, for a podcast player",
            description: "RSS 2.0: the MP3s of your 100 newest jobs, newest first.",
            security: [],
            requestParams: { query: FeedQuery },
            responses: {
              200: {
                description: "The feed",
                content: { "application/rss+xml": { schema: z.string() } },
              },
              ...INVALID,
              ...NO_SUCH_FEED,
              ...ANYWHERE,
            },
          },
        },
        "/feed/episode.mp3": {
          get: {
            operationId: "downloadEpisode",
            tags: ["Feed"],
            summary: "The MP3 of one job, for a podcast player",
            description: "Works as long as the feed and the MP3 do.",
            security: [],
            requestParams: { query: EpisodeQuery },
            responses: {
              302: {
                description: "Redirects to a presigned S3 URL",
                headers: z.object({ Location: z.url() }),
              },
              ...INVALID,
              ...NO_SUCH_FEED,
              409: refusal("Not ready yet, or failed"),
              ...ANYWHERE,
            },
          },
        },
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
