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

/**
 * Decides whether a finished job's owner has other jobs under way, or which other finished jobs the
 * email can cover.
 */
export async function planDigest(
  jobs: JobStore,
  { owner, jobId }: ConversionFinished,
  now: Date,
): Promise<{ kind: "wait" } | { kind: "send"; others: Job[] }> {
  const { jobs: newest } = await jobs.list(owner, { limit: MOST_JOBS });
  const own = newest.find((job) => job.jobId === jobId);
  const waitedMilliseconds = own ? now.getTime() - Date.parse(own.updatedAt) : 0;
  const mayWait = own !== undefined && waitedMilliseconds < LONGEST_WAIT_MILLISECONDS;
  if (mayWait && newest.some((job) => isUnderWay(job, now))) return { kind: "wait" };
  return { kind: "send", others: newest.filter((job) => job.jobId !== jobId && isUntold(job)) };
}

const isUnderWay = ({ state, createdAt }: Job, now: Date): boolean =>
  state === "converting" ||
  (state === "awaiting-upload" && now.getTime() - Date.parse(createdAt) < UPLOAD_MILLISECONDS);
