import { randomUUID } from "node:crypto";
import { createHandler as createDownloadHandler } from "../../functions/download/handler.ts";
import { createHandler as createJobsHandler } from "../../functions/jobs/handler.ts";
import { type Job, sourceKey } from "../../functions/storage/job.ts";
import { createHandler as createUploadHandler } from "../../functions/upload/handler.ts";
import { createHandler as createValidateHandler } from "../../functions/validate/handler.ts";
import { makeJob } from "./jobs.ts";
import { createMemoryCovers } from "./memory-covers.ts";
import { createMemoryJobStore } from "./memory-job-store.ts";
import { createMemorySettings } from "./memory-settings.ts";
import { createMemorySourceHolds } from "./memory-source-holds.ts";
import { createMemoryUsageStore } from "./memory-usage-store.ts";
import { createMemoryUserRecords } from "./memory-user-records.ts";
import { bearer, createMemoryTokens, NOBODY_REVOKED } from "./tokens.ts";

export const MAX_SOURCE_BYTES = 5e12;
export const RESULT = { sizeBytes: 4000, durationSeconds: 60, title: "Talk" };

/** Composes the API's handlers over stores in memory, for one signed-in user. */
export async function setUpApi() {
  const records = new Map<string, string>();
  const jobs = createMemoryJobStore(records);
  const tokens = createMemoryTokens();
  const owner = randomUUID();
  const email = "ada@example.org";
  const headers = bearer(await tokens.issueSession({ id: owner, email, role: "user" }));
  const deleted: string[] = [];
  const usage = createMemoryUsageStore();
  const covers = createMemoryCovers();
  const upload = createUploadHandler({
    jobs,
    tokens,
    maxSourceBytes: MAX_SOURCE_BYTES,
    covers,
    holds: createMemorySourceHolds(),
    announce: async () => {},
    usage,
    limits: { openJobs: 5, bytesPerDay: 2 * MAX_SOURCE_BYTES, minutesPerDay: 60 },
    presignSource: async (job, request) => ({
      url: `https://s3.test/${job.owner}/${job.jobId}?${JSON.stringify(request)}`,
      key: sourceKey(job.owner, job.jobId),
      headers: {},
      expiresAt: new Date().toISOString(),
    }),
  });
  const listing = createJobsHandler({
    settings: createMemorySettings(),
    pageUrl: "https://tapes.test",
    jobs,
    tokens,
    resultRetentionDays: 30,
    sourceRetentionDays: 1,
    deleteJobObjects: async (job) => {
      deleted.push(`${job.owner}/${job.jobId}`);
    },
  });
  const download = createDownloadHandler({
    jobs,
    tokens,
    resultRetentionDays: 30,
    feeds: createMemoryUserRecords(),
    readRevocations: NOBODY_REVOKED,
    apiUrl: "https://tapes.test/api",
    pageUrl: "https://tapes.test",
    presignResult: async ({ key, contentDisposition }) =>
      `https://s3.test/${key}?as=${encodeURIComponent(contentDisposition)}`,
  });
  const validate = createValidateHandler({ tokens });

  async function createJob(overrides: Partial<Job> = {}) {
    const job = makeJob({ owner, ...overrides });
    await jobs.create(job);
    return job;
  }
  const handlers = { upload, listing, download, validate };
  const probes = { records, deleted, usage, covers };
  return { jobs, tokens, owner, headers, ...handlers, ...probes, createJob };
}

export const UPLOAD = { method: "POST", resource: "/upload" };
/** The first bytes of a JPEG, in base64. */
export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]).toString("base64");
export const video = { fileName: "talk.mp4", sizeBytes: 1000, contentType: "video/mp4" };
