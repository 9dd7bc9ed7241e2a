import { NeedsOperator } from "../runtime/needs-operator.ts";
import { logger } from "../runtime/observability.ts";
import {
  createQueueHandler,
  type DelayMessage,
  type Delivery,
  RetryLater,
} from "../runtime/queue.ts";
import { type Job, parseSourceKey, resultKey } from "../storage/job.ts";
import { announceSource, type ConversionFinished, SourceUploaded } from "../storage/messages.ts";
import type { SourceHolds } from "../storage/source-holds.ts";
import type { Turns } from "../storage/turns.ts";
import { type ConvertJobDeps, convertJob } from "./convert-job.ts";
import { createStageMeter } from "./stage-meter.ts";

interface Deps extends ConvertJobDeps {
  publish: (message: ConversionFinished) => Promise<void>;
  turns: Turns;
  holds: Pick<SourceHolds, "release" | "releaseGone">;
  /** Puts a message at the end of the video queue, after a delay and with all its tries. */
  sendAgain: (message: ReturnType<typeof announceSource>, delaySeconds: number) => Promise<void>;
  delayMessage: DelayMessage;
  /** Keeps a message, with the reason, until the operator retries it. */
  park: (body: string, cause: string) => Promise<void>;
}

/** The worker of the video queue. Its batch size is 1, so a retry never repeats another job. */
export const createHandler = (deps: Deps) =>
  createQueueHandler({
    schema: SourceUploaded,
    identify: ({ keys }) => ({ jobId: keys.map((key) => parseSourceKey(key)?.jobId).join(" ") }),
    delayMessage: deps.delayMessage,
    park: deps.park,
    // Whoever takes over a dead worker's message must also find an expired lease.
    hideSeconds: 2 * deps.leaseSeconds,
    handleMessage: async ({ keys, ...announced }, delivery) => {
      for (const key of keys) await handleSource(deps, { key, ...announced }, delivery);
    },
  });

async function handleSource(
  deps: Deps,
  { key, reopen, uploadedAt }: Omit<SourceUploaded, "keys"> & { key: string },
  { context, hide, queuedAt }: Delivery,
): Promise<void> {
  const source = parseSourceKey(key);
  if (!source)
    throw new NeedsOperator("An object was uploaded under a key that belongs to no job.");
  const turn = await deps.turns.take(source);
  if (turn.kind === "wait") {
    const { jobId } = source;
    logger.info("its owner has enough conversions under way", { jobId, ...turn });
    return deps.sendAgain(announceSource(key, { reopen, uploadedAt }), turn.seconds);
  }
  const claimed = await deps.jobs.claim(source.owner, source.jobId, deps.leaseSeconds, { reopen });
  switch (claimed.kind) {
    case "missing":
      logger.info("job is deleted", { jobId: source.jobId });
      // A worker that died may have left an MP3 although the owner has deleted the job by now.
      await deps.results.delete(resultKey(source.owner, source.jobId));
      return deps.holds.releaseGone(source);
    case "leased":
      // Twice as long each time, so that five deliveries outlast the longest conversion.
      throw new RetryLater("Another worker is converting this job.", deps.leaseSeconds);
    case "finished":
      return announce(deps, claimed.job);
    case "claimed": {
      const remainingSeconds = context.getRemainingTimeInMillis() / 1000;
      const { job, audioSeconds } = await convertJob(deps, claimed.claim, {
        remainingSeconds,
        hide,
        onConverted: createStageMeter({ uploadedAt, queuedAt }),
      });
      if (job) await announce(deps, job);
      await deps.turns.end(source, audioSeconds);
    }
  }
}

/** This also happens after a redelivery. The notifier drops what it has already emailed. */
async function announce(deps: Deps, job: Job): Promise<void> {
  const { owner, jobId, failure } = job;
  await deps.publish({ owner, jobId });
  await deps.results.discardUnfinished(resultKey(owner, jobId));
  // The operator needs the source to retry a job that was given up.
  if (failure?.code !== "internal") await deps.holds.release(job);
}
