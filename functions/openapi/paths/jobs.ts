import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import {
  AgainRequest,
  AgainResponse,
  DownloadQuery,
  DownloadResponse,
  JobList,
  JobView,
  ListJobsQuery,
} from "../../../contract/api.ts";
import {
  ANYWHERE,
  answer,
  INVALID,
  jobPath,
  json,
  NEXT,
  NO_SUCH_JOB,
  refusal,
  session,
  UNAUTHORIZED,
  withPages,
} from "../answers.ts";

export const JOB_PATHS = {
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
} satisfies ZodOpenApiPathsObject;
