import { randomUUID } from "node:crypto";
import { createJobId } from "../../contract/job-id.ts";
import type { Job } from "../../functions/storage/job.ts";

export function makeJob(overrides: Partial<Job> = {}): Job {
  const now = new Date().toISOString();
  return {
    jobId: createJobId(),
    owner: randomUUID(),
    ownerEmail: "ada@example.org",
    fileName: "talk.mp4",
    contentType: "video/mp4",
    sizeBytes: 1000,
    options: { quality: "v2" },
    state: "awaiting-upload",
    createdAt: now,
    updatedAt: now,
    ...overrides,
  };
}
