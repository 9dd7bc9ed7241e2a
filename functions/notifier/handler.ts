import type { JobId, OwnerId } from "../../contract/job.ts";
import type { Language } from "../../contract/texts/languages.ts";
import { logger } from "../runtime/observability.ts";
import { createQueueHandler, type DelayMessage, RetryLater } from "../runtime/queue.ts";
import { LINK_DAYS, type Tokens } from "../runtime/tokens.ts";
import { DAY_MILLISECONDS, expireResult, type Job } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import { ConversionFinished } from "../storage/messages.ts";
import {
  NOTIFICATION_CLAIM_SECONDS,
  type NotificationClaim,
  type NotificationOutcome,
} from "../storage/notification.ts";
import type { SettingsStore } from "../storage/settings.ts";
import { DIGEST_WAIT_SECONDS, planDigest } from "./digest.ts";
import { composeDigest, composeEmail, type Email } from "./email.ts";
import { EmailRefused } from "./ses-sender.ts";

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  /** @throws EmailRefused if trying again can't help. */
  sendEmail: (to: string, email: Email) => Promise<void>;
  settings: Pick<SettingsStore, "read">;
  delayMessage: DelayMessage;
  /** Keeps a message, with the reason, until the operator retries it. */
  park: (body: string, cause: string) => Promise<void>;
  /** Puts a message at the end of the queue, after so many seconds, with all its tries. */
  sendAgain: (message: ConversionFinished, delaySeconds: number) => Promise<void>;
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
    park: deps.park,
    handleMessage: (message) => notifyOwner(deps, message),
  });

/** Sends the email that the owner wants, if any. */
async function notifyOwner(deps: Deps, message: ConversionFinished): Promise<void> {
  const { owner, jobId } = message;
  const { emails, language } = await deps.settings.read(owner);
  if (emails === "none") return logger.info("its owner wants no emails", { jobId });
  if (emails === "failures" && (await deps.jobs.get(owner, jobId))?.state === "completed") {
    return logger.info("its owner wants emails only about failures", { jobId });
  }
  if (emails !== "digest") return sendOnce(deps, message, [], language);
  const plan = await planDigest(deps.jobs, message, new Date());
  if (plan.kind === "wait") return deps.sendAgain(message, DIGEST_WAIT_SECONDS);
  return sendOnce(deps, message, plan.others, language);
}

/**
 * Sends one email about a job and those of `others` that no other delivery has claimed, however
 * often the message is delivered. Each job is claimed before the email is sent, so two deliveries
 * at the same time don't both send. A function that dies between sending and recording leaves a
 * claim that runs out: the next delivery then sends a second email rather than none.
 */
async function sendOnce(
  deps: Deps,
  { owner, jobId }: ConversionFinished,
  others: readonly Job[],
  language: Language = "en",
): Promise<void> {
  const claim = (id: JobId) => deps.jobs.claimNotification(owner, id, NOTIFICATION_CLAIM_SECONDS);
  const claimed = await claim(jobId);
  switch (claimed.kind) {
    case "missing":
      return logger.info("job is deleted", { jobId });
    case "sent":
      return logger.info("email was sent before, or isn't needed", { jobId });
    case "unfinished":
      return logger.info("job has no outcome yet", { jobId });
    case "sending": {
      const seconds = (claimed.expiresAt.getTime() - Date.now()) / 1000;
      throw new RetryLater("Another delivery is sending this email.", Math.ceil(seconds) + 1);
    }
    case "claimed": {
      const more = await Promise.all(others.map((job) => claim(job.jobId)));
      const claims = more.flatMap((each) => (each.kind === "claimed" ? [each.claim] : []));
      return send(deps, [claimed.claim, ...claims], language);
    }
  }
}

/** @throws the sender's error, once the claims are given back for another try. */
async function send(
  deps: Deps,
  claims: readonly NotificationClaim[],
  language: Language,
): Promise<void> {
  const [first] = claims;
  if (!first) return;
  try {
    const { owner, ownerEmail } = first.job;
    const email = await (claims.length > 1
      ? composeForAll(deps, claims, language)
      : composeForOne(deps, first, language));
    await deps.sendEmail(ownerEmail, email);
    logger.info("email sent", { owner, jobIds: claims.map(({ job }) => job.jobId) });
  } catch (error) {
    const isRefused = error instanceof EmailRefused;
    await settle(deps, claims, isRefused ? "failed" : "unsent");
    // Waiting doesn't help. The DLQ keeps the message for the operator.
    if (isRefused) throw new RetryLater("SES refused the email.", 0, { cause: error });
    throw error;
  }
  await settle(deps, claims, "sent");
}

const settle = (
  { jobs }: Deps,
  claims: readonly NotificationClaim[],
  outcome: NotificationOutcome,
) => Promise.all(claims.map((claim) => jobs.settleNotification(claim, outcome)));

async function composeForOne(
  deps: Deps,
  { job }: NotificationClaim,
  language: Language,
): Promise<Email> {
  const token = await deps.tokens.issueLink({ owner: job.owner, jobId: job.jobId });
  const links = {
    download: makeLink(deps, "download", { token, language }),
    downloadEndsAt: new Date(Date.now() + LINK_DAYS * DAY_MILLISECONDS),
    keptUntil: expireResult(job, deps.resultRetentionDays),
    page: deps.pageUrl,
    unsubscribe: await makeUnsubscribeLink(deps, job.owner, language),
  };
  return composeEmail(job, links, language);
}

async function composeForAll(
  deps: Deps,
  claims: readonly NotificationClaim[],
  language: Language,
): Promise<Email> {
  const unsubscribe = await makeUnsubscribeLink(deps, claims[0]?.job.owner ?? "", language);
  const jobs = claims.map(({ job }) => job);
  return composeDigest(jobs, { page: deps.pageUrl, unsubscribe }, language);
}

const makeUnsubscribeLink = async (deps: Deps, owner: OwnerId, language: Language) =>
  makeLink(deps, "unsubscribe", { token: await deps.tokens.issueUnsubscribe({ owner }), language });

/** The link says which language its email has, for the page that it may open. */
const makeLink = (
  { publicApiUrl }: Deps,
  path: string,
  query: { token: string; language: Language },
) => `${publicApiUrl}/${path}?${new URLSearchParams(query)}`;
