import type { Context } from "aws-lambda";
import { type Job, parseSourceKey, sourceKey } from "../core/job.ts";
import { type ConversionFinished, SourceUploaded } from "../core/messages.ts";
import { logger } from "../core/observability.ts";
import { createQueueHandler, type DelayMessage, RetryLater } from "../core/queue.ts";
import { type ConvertJobDeps, convertJob, LEASE_SECONDS } from "./convert-job.ts";

interface Deps extends ConvertJobDeps {
  publish: (message: ConversionFinished) => Promise<void>;
  delayMessage: DelayMessage;
}

/** The worker of the video queue. Its batch size is 1, so a retry never repeats another job. */
export const createHandler = (deps: Deps) =>
  createQueueHandler({
    schema: SourceUploaded,
    identify: ({ keys }) => ({ jobIds: keys.map((key) => parseSourceKey(key)?.jobId) }),
    delayMessage: deps.delayMessage,
    handleMessage: async ({ keys }, context) => {
      for (const key of keys) await handleSource(deps, key, context);
    },
  });

async function handleSource(deps: Deps, key: string, context: Context): Promise<void> {
  const source = parseSourceKey(key);
  if (!source) throw new RetryLater("An object was uploaded under a key that no job has.", 0);
  const claimed = await deps.jobs.claim(source.owner, source.jobId, LEASE_SECONDS);
  switch (claimed.kind) {
    case "missing":
      logger.info("job is deleted", { jobId: source.jobId });
      return deps.sources.markFinished(key);
    case "leased":
      // Twice as long each time, so that five deliveries outlast the longest conversion.
      throw new RetryLater("Another worker converts this job.", LEASE_SECONDS);
    case "finished":
      return announce(deps, claimed.job);
    case "claimed": {
      const remainingSeconds = context.getRemainingTimeInMillis() / 1000;
      const job = await convertJob(deps, claimed.claim, remainingSeconds);
      if (job) await announce(deps, job);
    }
  }
}

/** Again after a redelivery, too: the notifier drops what its user was told before. */
async function announce(deps: Deps, { owner, jobId }: Job): Promise<void> {
  await deps.publish({ owner, jobId });
  await deps.sources.markFinished(sourceKey(owner, jobId));
}
