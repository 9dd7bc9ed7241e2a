import { type JobList, type JobView, ListJobsQuery } from "../../contract/api.ts";
import { JobId, type JobResult } from "../../contract/job.ts";
import { SettingsChange } from "../../contract/settings.ts";
import { outcomes as english } from "../../contract/texts/en.ts";
import { createFormat } from "../../contract/texts/format.ts";
import { describeFailure, describeIncomplete } from "../../contract/texts/outcomes.ts";
import { jobNotFound } from "../runtime/errors.ts";
import {
  createHttpHandler,
  type HttpRequest,
  parseBody,
  parseInput,
  type Routes,
} from "../runtime/http.ts";
import { authenticate, type Tokens } from "../runtime/tokens.ts";
import { expireResult, expireSource, type Job } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import type { SettingsStore } from "../storage/settings.ts";
import type { DeleteJobObjects } from "./job-objects.ts";
import { createUnsubscribeRoutes } from "./unsubscribe.ts";

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  deleteJobObjects: DeleteJobObjects;
  settings: SettingsStore;
  pageUrl: string;
  sourceRetentionDays: number;
  resultRetentionDays: number;
}

/** A user's own jobs and settings, and the link that stops their emails. */
export const createHandler = (deps: Deps) =>
  createHttpHandler(
    {
      ...createJobRoutes(deps),
      ...createSettingsRoutes(deps),
      ...createUnsubscribeRoutes(deps),
    },
    { pageUrl: deps.pageUrl },
  );

const createSettingsRoutes = ({ tokens, settings }: Deps): Routes => ({
  "GET /settings": async (request) => {
    const { sub } = await authenticate(tokens, request);
    return { status: 200, body: await settings.read(sub) };
  },

  "PATCH /settings": async (request) => {
    const { sub } = await authenticate(tokens, request);
    const change = parseBody(SettingsChange, request);
    return { status: 200, body: await settings.change(sub, change) };
  },
});

const createJobRoutes = ({ jobs, tokens, deleteJobObjects, ...retention }: Deps): Routes => ({
  "GET /jobs": async (request) => {
    const { sub } = await authenticate(tokens, request);
    const page = await jobs.list(sub, parseInput(ListJobsQuery, request.query));
    const body: JobList = {
      ...page,
      jobs: page.jobs.map((job) => withoutChapters(viewJob(job, retention))),
    };
    return { status: 200, body };
  },

  "GET /jobs/{jobId}": async (request) => {
    const { sub } = await authenticate(tokens, request);
    const job = await jobs.get(sub, readJobId(request));
    if (!job) throw jobNotFound();
    return { status: 200, body: viewJob(job, retention) };
  },

  "DELETE /jobs/{jobId}": async (request) => {
    const { sub } = await authenticate(tokens, request);
    const jobId = readJobId(request);
    // The record is deleted first. A running converter then can't finish, and deletes what it
    // wrote.
    const deleted = await jobs.delete(sub, jobId);
    const isKnown = deleted && deleted !== "unreadable";
    await deleteJobObjects(isKnown ? deleted : { owner: sub, jobId });
    if (!deleted) throw jobNotFound();
    return { status: 204 };
  },

  "POST /jobs/{jobId}/seen": async (request) => {
    const { sub } = await authenticate(tokens, request);
    if (!(await jobs.markSeen(sub, readJobId(request)))) throw jobNotFound();
    return { status: 204 };
  },
});

/** A hundred jobs with a hundred chapters each would be more than an answer may have. */
function withoutChapters({ result, ...job }: JobView): JobView {
  if (!result) return job;
  const { chapters: _chapters, ...rest } = result;
  return { ...job, result: rest };
}

function readJobId(request: HttpRequest): JobId {
  const jobId = JobId.safeParse(request.pathParameters.jobId);
  if (!jobId.success) throw jobNotFound();
  return jobId.data;
}

function viewJob(
  job: Job,
  {
    resultRetentionDays,
    sourceRetentionDays,
  }: Pick<Deps, "resultRetentionDays" | "sourceRetentionDays">,
): JobView {
  const {
    jobId,
    fileName,
    contentType,
    sizeBytes,
    options,
    hasCover,
    state,
    createdAt,
    updatedAt,
  } = job;
  const { progress, result, failure, notification, sourceOf } = job;
  return {
    jobId,
    fileName,
    contentType,
    sizeBytes,
    options,
    ...(hasCover && { hasCover }),
    state,
    createdAt,
    updatedAt,
    ...(sourceOf && { sourceJobId: sourceOf.jobId }),
    ...((state !== "awaiting-upload" || sourceOf) && {
      sourceExpiresAt: expireSource(job, sourceRetentionDays).toISOString(),
    }),
    ...(progress ? { progress } : {}),
    ...(result
      ? {
          result: viewResult(result),
          expiresAt: expireResult(job, resultRetentionDays).toISOString(),
        }
      : {}),
    ...(failure ? { failure: { ...failure, message: describeFailure(failure, english) } } : {}),
    ...(notification?.state === "failed"
      ? { emailFailure: { message: english.emailFailures[result ? "withMp3" : "withoutMp3"] } }
      : {}),
  };
}

const englishFormat = createFormat("en");

function viewResult({ incomplete, notes, ...result }: JobResult): JobView["result"] {
  return {
    ...result,
    ...(incomplete && {
      incomplete: {
        ...incomplete,
        message: describeIncomplete(incomplete, english, englishFormat),
      },
    }),
    ...(notes && { notes: notes.map(({ code }) => ({ code, message: english.notes[code] })) }),
  };
}
