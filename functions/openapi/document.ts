import { z } from "zod";
import { createDocument } from "zod-openapi";
import {
  Claims,
  DownloadResponse,
  JobList,
  JobView,
  ListJobsQuery,
  LoginRequest,
  LoginResponse,
  Problem,
  SignRequest,
  SignResponse,
  UploadRequest,
  UploadResponse,
} from "../../contract/api.ts";
import { JobId } from "../../contract/job.ts";

const json = (schema: z.ZodType) => ({ "application/json": { schema } });
const answer = (description: string, schema: z.ZodType) => ({
  description,
  content: json(schema),
});
const refusal = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

const UNAUTHORIZED = { 401: refusal("Not signed in, or the session has ended") };
const INVALID = { 400: refusal("The request doesn't fit; `errors` names the fields") };
const NO_SUCH_JOB = { 404: refusal("No such job, or somebody else's") };

const session = [{ session: [] }];
const jobPath = z.object({ jobId: JobId });

/** The OpenAPI 3.1 document, made of the schemas that the handlers parse with. */
export const document = createDocument({
  openapi: "3.1.0",
  info: {
    title: "Tapedeck",
    version: "1",
    description: "Turns videos into MP3s. Errors are RFC 9457 problem details.",
  },
  servers: [{ url: ".", description: "Where this document is served" }],
  components: {
    securitySchemes: {
      session: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      basic: { type: "http", scheme: "basic" },
    },
  },
  paths: {
    "/login": {
      post: {
        summary: "Sign in",
        description: "With HTTP Basic or with a JSON body.",
        security: [{ basic: [] }, {}],
        requestBody: { required: false, content: json(LoginRequest) },
        responses: {
          200: answer("Signed in", LoginResponse),
          ...INVALID,
          401: refusal("Wrong email address or password"),
          429: refusal("Too many attempts; see Retry-After"),
        },
      },
    },
    "/validate": {
      post: {
        summary: "Whose token is this?",
        security: session,
        responses: { 200: answer("The token's claims", Claims), ...UNAUTHORIZED },
      },
    },
    "/upload": {
      post: {
        summary: "Begin a job",
        description: "Answers where to send the file's bytes.",
        security: session,
        requestBody: { required: true, content: json(UploadRequest) },
        responses: {
          201: answer("The job and its upload", UploadResponse),
          ...INVALID,
          ...UNAUTHORIZED,
          413: refusal("Larger than this deployment allows"),
        },
      },
    },
    "/upload/{jobId}/sign": {
      post: {
        summary: "Sign an S3 request that carries the job's file",
        security: session,
        requestParams: { path: jobPath },
        requestBody: { required: true, content: json(SignRequest) },
        responses: {
          200: answer("The presigned URL", SignResponse),
          ...INVALID,
          ...UNAUTHORIZED,
          ...NO_SUCH_JOB,
          409: refusal("The file is already uploaded"),
        },
      },
    },
    "/jobs": {
      get: {
        summary: "Your jobs, newest first",
        security: session,
        requestParams: { query: ListJobsQuery },
        responses: { 200: answer("One page", JobList), ...INVALID, ...UNAUTHORIZED },
      },
    },
    "/jobs/{jobId}": {
      get: {
        summary: "One job, with its progress",
        security: session,
        requestParams: { path: jobPath },
        responses: { 200: answer("The job", JobView), ...UNAUTHORIZED, ...NO_SUCH_JOB },
      },
      delete: {
        summary: "Cancel a job and delete its files",
        security: session,
        requestParams: { path: jobPath },
        responses: { 204: { description: "Deleted" }, ...UNAUTHORIZED, ...NO_SUCH_JOB },
      },
    },
    "/download": {
      get: {
        summary: "The MP3",
        description: "With `id` and a session, or with the link `token` of an email.",
        security: [...session, {}],
        requestParams: {
          query: z.object({
            id: JobId.optional(),
            token: z.string().optional().meta({ description: "From the email's link" }),
          }),
        },
        responses: {
          302: { description: "To a presigned S3 URL" },
          200: answer("The URL itself, when `Accept` is application/json", DownloadResponse),
          ...INVALID,
          ...UNAUTHORIZED,
          ...NO_SUCH_JOB,
          409: refusal("Not ready yet, or failed"),
        },
      },
    },
  },
});
