import { logger } from "../runtime/observability.ts";
import { createQueueHandler, type DelayMessage, RetryLater } from "../runtime/queue.ts";
import { LINK_DAYS, type Tokens } from "../runtime/tokens.ts";
import { DAY_MILLISECONDS, expireResult } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import { ConversionFinished } from "../storage/messages.ts";
import { NOTIFICATION_CLAIM_SECONDS, type NotificationClaim } from "../storage/notification.ts";
import { composeEmail, type Email } from "./email.ts";
import { EmailRefused } from "./ses-sender.ts";

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  /** @throws EmailRefused if trying again can't help. */
  sendEmail: (to: string, email: Email) => Promise<void>;
  delayMessage: DelayMessage;
  publicApiUrl: string;
  pageUrl: string;
  resultRetentionDays: number;
}

/** The worker of the mp3 queue: emails each job's owner about how it ended. */
export const createHandler = (deps: Deps) =>
  createQueueHandler({
    schema: ConversionFinished,
    identify: ({ jobId }) => ({ jobId }),
    delayMessage: deps.delayMessage,
    handleMessage: (message) => notifyOwner(deps, message),
  });

/**
 * Sends one email, however often the message is delivered. The email is claimed before it is sent, so
 * two deliveries at the same time don't both send. A function that dies between sending and recording
 * leaves a claim that runs out: the next delivery then sends a second email rather than none.
 */
async function notifyOwner(deps: Deps, { owner, jobId }: ConversionFinished): Promise<void> {
  const claimed = await deps.jobs.claimNotification(owner, jobId, NOTIFICATION_CLAIM_SECONDS);
  switch (claimed.kind) {
    case "missing":
      return logger.info("job is deleted", { jobId });
    case "sent":
      return logger.info("email was sent before", { jobId });
    case "unfinished":
      return logger.info("job has no outcome yet", { jobId });
    case "sending": {
      const seconds = (claimed.expiresAt.getTime() - Date.now()) / 1000;
      throw new RetryLater("Another delivery is sending this email.", Math.ceil(seconds) + 1);
    }
    case "claimed":
      await send(deps, claimed.claim);
      await deps.jobs.settleNotification(claimed.claim, "sent");
      logger.info("email sent", { jobId, state: claimed.claim.job.state });
  }
}

async function send(deps: Deps, claim: NotificationClaim): Promise<void> {
  const { owner, jobId, ownerEmail } = claim.job;
  try {
    const token = await deps.tokens.issueLink({ owner, jobId });
    const email = composeEmail(claim.job, {
      download: `${deps.publicApiUrl}/download?token=${token}`,
      downloadEndsAt: new Date(Date.now() + LINK_DAYS * DAY_MILLISECONDS),
      keptUntil: expireResult(claim.job, deps.resultRetentionDays),
      page: deps.pageUrl,
    });
    await deps.sendEmail(ownerEmail, email);
  } catch (error) {
    if (error instanceof EmailRefused) {
      await deps.jobs.settleNotification(claim, "failed");
      // Waiting doesn't help. The DLQ keeps the message for the operator.
      throw new RetryLater("SES refused the email.", 0, { cause: error });
    }
    await deps.jobs.settleNotification(claim, "unsent");
    throw error;
  }
}
