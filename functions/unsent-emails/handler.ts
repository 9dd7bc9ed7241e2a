import { logger } from "../runtime/observability.ts";
import { createQueueHandler, type DelayMessage, RetryLater } from "../runtime/queue.ts";
import type { JobStore } from "../storage/job-store.ts";
import { ConversionFinished } from "../storage/messages.ts";
import { NOTIFICATION_CLAIM_SECONDS } from "../storage/notification.ts";

interface Deps {
  jobs: JobStore;
  /** Keeps a message, with the reason, until the operator retries it. */
  park: (body: string, cause: string) => Promise<void>;
  delayMessage: DelayMessage;
}

/**
 * The worker of the mp3 queue's DLQ. Its messages were tried five times, and no email was sent.
 * Notes that in the record, so that the page shows it, and parks the message for the operator.
 */
export const createHandler = (deps: Deps) =>
  createQueueHandler({
    schema: ConversionFinished,
    identify: ({ jobId }) => ({ jobId }),
    delayMessage: deps.delayMessage,
    park: deps.park,
    handleMessage: async (message, { body }) => {
      if (await recordUnsent(deps, message)) {
        await deps.park(body, "The email was not sent. The notifier's log has the reason.");
      }
    },
  });

/** @returns whether there is still an email to send. */
async function recordUnsent({ jobs }: Deps, { owner, jobId }: ConversionFinished) {
  const claimed = await jobs.claimNotification(owner, jobId, NOTIFICATION_CLAIM_SECONDS);
  switch (claimed.kind) {
    case "missing":
    case "sent":
    case "unfinished":
      logger.info("no email is missing", { jobId, notification: claimed.kind });
      return false;
    case "sending":
      throw new RetryLater("Another delivery is sending this email.", NOTIFICATION_CLAIM_SECONDS);
    case "claimed":
      await jobs.settleNotification(claimed.claim, "failed");
      logger.error("email given up", { jobId });
      return true;
  }
}
