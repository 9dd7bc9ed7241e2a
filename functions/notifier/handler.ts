import type { JobStore } from "../core/job-store.ts";
import { ConversionFinished } from "../core/messages.ts";
import { logger } from "../core/observability.ts";
import { createQueueHandler, type DelayMessage } from "../core/queue.ts";
import { LINK_DAYS, type Tokens } from "../core/tokens.ts";
import { composeEmail, type Email } from "./email.ts";

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  sendEmail: (to: string, email: Email) => Promise<void>;
  delayMessage: DelayMessage;
  publicApiUrl: string;
  pageUrl: string | undefined;
  resultRetentionDays: number;
}

/** The worker of the mp3 queue: tells each job's owner once how it ended. */
export const createHandler = (deps: Deps) =>
  createQueueHandler({
    schema: ConversionFinished,
    identify: ({ jobId }) => ({ jobId }),
    delayMessage: deps.delayMessage,
    handleMessage: (message) => tellOwner(deps, message),
  });

async function tellOwner(deps: Deps, { owner, jobId }: ConversionFinished): Promise<void> {
  const job = await deps.jobs.get(owner, jobId);
  if (!job) return logger.info("job is deleted", { jobId });
  if (job.notifiedAt) return logger.info("owner was told before", { jobId });
  const token = await deps.tokens.issueLink({ owner, jobId });
  const email = composeEmail(job, {
    download: `${deps.publicApiUrl}/download?token=${token}`,
    downloadDays: Math.min(LINK_DAYS, deps.resultRetentionDays),
    page: deps.pageUrl,
  });
  // Marked after sending: dying in between sends it twice, the other way round never.
  await deps.sendEmail(job.ownerEmail, email);
  await deps.jobs.markNotified(owner, jobId);
  logger.info("owner told", { jobId, state: job.state });
}
