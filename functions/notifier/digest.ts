import type { Job } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import type { ConversionFinished } from "../storage/messages.ts";
import { isUntold } from "../storage/notification.ts";

/** How long a finished job waits for its owner's other jobs, each time and in total. */
export const DIGEST_WAIT_SECONDS = 60;
const LONGEST_WAIT_MILLISECONDS = 15 * 60 * 1000;
/** An upload that takes longer than this is no reason to wait. */
const UPLOAD_MILLISECONDS = 15 * 60 * 1000;
/** The most jobs in one digest. Each is claimed before it and settled after it. */
const MOST_JOBS = 50;
/** How far down the list a job is looked for. */
const MOST_PAGES = 4;

/**
 * Decides whether a finished job's owner has other jobs under way, or which other finished jobs the
 * email can cover: those of the same page of the list, so that a hundred pieces are two or three digests.
 */
export async function planDigest(
  jobs: JobStore,
  { owner, jobId }: ConversionFinished,
  now: Date,
): Promise<{ kind: "wait" } | { kind: "send"; others: Job[] }> {
  const newest = await jobs.list(owner, { limit: MOST_JOBS });
  const isOwn = (job: Job) => job.jobId === jobId;
  const own = newest.jobs.find(isOwn) ?? (await jobs.get(owner, jobId));
  if (!own) return { kind: "send", others: [] };
  const mayWait = now.getTime() - Date.parse(own.updatedAt) < LONGEST_WAIT_MILLISECONDS;
  const isUnderWayNow = (job: Job) => isUnderWay(job, now);
  if (mayWait && newest.jobs.some(isUnderWayNow)) return { kind: "wait" };
  const page = await continueTo(jobs, newest, own);
  if (mayWait && page.some(isUnderWayNow)) return { kind: "wait" };
  return { kind: "send", others: page.filter((job) => !isOwn(job) && isUntold(job)) };
}

/** Returns the page of the list that a job is on, or none if it is far down. */
async function continueTo(
  jobs: JobStore,
  newest: Awaited<ReturnType<JobStore["list"]>>,
  { owner, jobId }: Job,
): Promise<Job[]> {
  let page = newest;
  for (let count = 1; count <= MOST_PAGES; count++) {
    // Ids sort newest first.
    if (!page.nextCursor || page.nextCursor >= jobId) return page.jobs;
    page = await jobs.list(owner, { limit: MOST_JOBS, cursor: page.nextCursor });
  }
  return [];
}

const isUnderWay = ({ state, createdAt }: Job, now: Date): boolean =>
  state === "converting" ||
  (state === "awaiting-upload" && now.getTime() - Date.parse(createdAt) < UPLOAD_MILLISECONDS);
