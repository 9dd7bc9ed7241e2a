import { logger } from "../runtime/observability.ts";
import { createQueueHandler, type DelayMessage, RetryLater } from "../runtime/queue.ts";
import { type Job, parseSourceKey, resultKey } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import { type ConversionFinished, SourceUploaded } from "../storage/messages.ts";

interface Deps {
  jobs: JobStore;
  deleteResult: (key: string) => Promise<void>;
  publish: (message: ConversionFinished) => Promise<void>;
  /** Keeps a message, with the reason, until the operator retries it. */
  park: (body: string, cause: string) => Promise<void>;
  delayMessage: DelayMessage;
}

/** How long nobody else may touch the job: longer than the function runs. */
const LEASE_SECONDS = 60;

/**
 * The worker of the video queue's DLQ. Its messages were tried five times, and each time the
 * converter threw or died. The job ends as failed, its owner gets an email, and the message is
 * parked.
 */
export const createHandler = (deps: Deps) =>
  createQueueHandler({
    schema: SourceUploaded,
    identify: ({ keys }) => ({ jobId: keys.map((key) => parseSourceKey(key)?.jobId).join(" ") }),
    delayMessage: deps.delayMessage,
    park: deps.park,
    handleMessage: async ({ keys }, { body }) => {
      for (const key of keys) {
        const cause = await giveUp(deps, key);
        if (cause !== undefined) await deps.park(body, cause);
      }
    },
  });

/**
 * Ends the job of a source. A redelivery may repeat every step.
 *
 * @returns why it was given up, or undefined if there is nothing to retry.
 */
async function giveUp(deps: Deps, key: string): Promise<string | undefined> {
  const source = parseSourceKey(key);
  if (!source) return "An object was uploaded under a key that belongs to no job.";
  const { owner, jobId } = source;
  const before = await deps.jobs.get(owner, jobId);
  const claimed = await deps.jobs.claim(owner, jobId, LEASE_SECONDS);
  switch (claimed.kind) {
    case "missing":
      logger.info("job is deleted", { jobId });
      // Its worker may have died after writing the MP3, and before noticing that the owner had
      // deleted the job.
      await deps.deleteResult(resultKey(owner, jobId));
      return undefined;
    case "leased":
      throw new RetryLater("A worker is converting this job.", LEASE_SECONDS);
    case "finished":
      // Its worker may have finished it and failed to announce that.
      await deps.publish({ owner, jobId });
      return claimed.job.failure?.code === "internal" ? describeCause(claimed.job) : undefined;
    case "claimed": {
      const cause = describeCause(before ?? claimed.claim.job);
      logger.error("job given up", { jobId, cause });
      await deps.jobs.finish(claimed.claim, { state: "failed", failure: { code: "internal" } });
      // A worker that died right before the end may have left an MP3.
      await deps.deleteResult(resultKey(owner, jobId));
      await deps.publish({ owner, jobId });
      return cause;
    }
  }
}

function describeCause({ lease, lastError }: Job): string {
  if (lease) {
    return "The last worker died without an error: it ran out of memory or time, or was killed.";
  }
  return lastError ? `${lastError.name}: ${lastError.message}` : "No worker recorded a reason.";
}
