import { z } from "zod";
import { JobId, type OwnerId } from "../../contract/job.ts";
import { UNFINISHED_UPLOAD_MILLISECONDS } from "../../contract/upload.ts";
import { Refusal } from "../runtime/errors.ts";
import type { Job } from "./job.ts";
import { findReadable } from "./job-store.ts";

/** What one user may have at a time and in a day (UTC). */
export interface UsageLimits {
  openJobs: number;
  bytesPerDay: number;
  /**
   * Minutes of audio. A video's length isn't known before it is converted, so the last ones may
   * exceed this.
   */
  minutesPerDay: number;
}

const RunningConversion = z.object({ jobId: JobId, since: z.iso.datetime() });
export type RunningConversion = z.infer<typeof RunningConversion>;

/** What one user uses: usage/{owner}.json. docs/adr/0069 */
export const Usage = z.object({
  /** The day that `bytes` and `audioSeconds` count, e.g. 2026-11-25. */
  day: z.iso.date(),
  bytes: z.int().nonnegative(),
  /** How much audio was encoded on that day, also for jobs that failed or were deleted. */
  audioSeconds: z.number().nonnegative().default(0),
  /** Jobs that were open when this was last checked, oldest first. */
  open: z.array(JobId),
  /** Conversions that were running when this was last checked. */
  converting: z.array(RunningConversion).default([]),
  /** When the last of the jobs that wait for another conversion will ask again. */
  lastTurnAt: z.iso.datetime().optional(),
});
export type Usage = z.infer<typeof Usage>;

export const UNUSED: Usage = {
  day: "1970-01-01",
  bytes: 0,
  audioSeconds: 0,
  open: [],
  converting: [],
};

export interface UsageStore {
  /**
   * Changes a user's record by compare-and-swap. `change` runs again if somebody else was faster.
   * Passes on what it throws.
   */
  update(owner: OwnerId, change: (usage: Usage) => Promise<Usage>): Promise<void>;
}

/** A full list is checked at most this often, because that reads every job in it. */
const RETRY_OPEN_SECONDS = 10;

/**
 * Counts a job that is about to be created.
 *
 * @throws Refusal `rate-limited` that names the limit and says what to do.
 */
export async function reserveJob(
  { usage, getJob }: { usage: UsageStore; getJob: (jobId: JobId) => Promise<Job | undefined> },
  job: Pick<Job, "owner" | "jobId" | "sizeBytes">,
  limits: UsageLimits,
  now = new Date(),
): Promise<void> {
  await usage.update(job.owner, async (stored) => {
    const today = beginDay(stored, now);
    const bytes = today.bytes + job.sizeBytes;
    if (bytes > limits.bytesPerDay) {
      throw new Refusal(
        "rate-limited",
        "daily-bytes-used",
        `You can upload ${formatGigabytes(limits.bytesPerDay)} a day, and this file would exceed that. Send it tomorrow (the day begins at 0:00 UTC), or ask whoever runs this service for more.`,
        { limit: limits.bytesPerDay, retryAfterSeconds: secondsUntilTomorrow(now) },
      );
    }
    if (today.audioSeconds >= limits.minutesPerDay * 60) {
      throw new Refusal(
        "rate-limited",
        "daily-minutes-used",
        `You have used today's ${limits.minutesPerDay} minutes of audio. Send this file tomorrow (the day begins at 0:00 UTC), or ask whoever runs this service for more.`,
        { limit: limits.minutesPerDay, retryAfterSeconds: secondsUntilTomorrow(now) },
      );
    }
    // A request that is repeated counts once.
    let open = stored.open.filter((id) => id !== job.jobId);
    if (open.length >= limits.openJobs) {
      const jobs = await Promise.all(open.map((id) => findReadable(getJob(id))));
      open = jobs.filter((each) => each && isOpen(each, now)).map((each) => each?.jobId ?? "");
    }
    if (open.length >= limits.openJobs) {
      throw new Refusal(
        "rate-limited",
        "too-many-open-jobs",
        `You have ${limits.openJobs} videos waiting or being converted, which is the limit. Wait until some are done, or delete some.`,
        { limit: limits.openJobs, retryAfterSeconds: RETRY_OPEN_SECONDS },
      );
    }
    return { ...today, bytes, open: [...open, job.jobId] };
  });
}

/** Starts the counts of a new day. */
export function beginDay(usage: Usage, now: Date): Usage {
  const day = now.toISOString().slice(0, 10);
  return usage.day === day ? usage : { ...usage, day, bytes: 0, audioSeconds: 0 };
}

function isOpen({ state, createdAt }: Job, now: Date): boolean {
  if (state === "converting") return true;
  // A job without a file stops counting when S3 deletes its unfinished upload.
  const age = now.getTime() - Date.parse(createdAt);
  return state === "awaiting-upload" && age < UNFINISHED_UPLOAD_MILLISECONDS;
}

const secondsUntilTomorrow = (now: Date) =>
  Math.ceil((new Date(now).setUTCHours(24, 0, 0, 0) - now.getTime()) / 1000);

const formatGigabytes = (bytes: number) => `${Number((bytes / 1e9).toPrecision(3))} GB`;
