import type { Job } from "./job.ts";

/** Longer than a sending function may run. If a claim is that old, its holder has died. */
export const NOTIFICATION_CLAIM_SECONDS = 60;

/** The right to email a job's owner, for a while. */
export interface NotificationClaim {
  readonly job: Job;
  readonly id: string;
}

export type NotificationClaimResult =
  | { kind: "claimed"; claim: NotificationClaim }
  /** It went out, or its owner has seen the outcome and needs none. */
  | { kind: "sent" }
  /** Somebody else may be sending it until then. */
  | { kind: "sending"; expiresAt: Date }
  /** There is no outcome yet. It is announced when there is one. */
  | { kind: "unfinished" }
  /** The user deleted the job. */
  | { kind: "missing" };

/** `unsent`: the next delivery may try. */
export type NotificationOutcome = "sent" | "failed" | "unsent";

/**
 * Decides whether the claimer with this id may email a job's owner. Pure, so that all stores agree.
 */
export function decideNotification(
  job: Job,
  id: string,
  seconds: number,
  now: Date,
):
  | { kind: "take"; job: Job }
  | Exclude<NotificationClaimResult, { kind: "claimed" } | { kind: "missing" }> {
  const { notification, notifiedAt } = job;
  if (job.state !== "completed" && job.state !== "failed") return { kind: "unfinished" };
  if (notification?.state === "sent" || notification?.state === "seen" || notifiedAt) {
    return { kind: "sent" };
  }
  if (notification?.state === "sending" && notification.id !== id) {
    const claimEnd = new Date(notification.expiresAt);
    if (claimEnd > now) return { kind: "sending", expiresAt: claimEnd };
  }
  const expiresAt = new Date(now.getTime() + seconds * 1000).toISOString();
  return { kind: "take", job: { ...job, notification: { state: "sending", id, expiresAt } } };
}

/** @returns undefined if the claim expired and somebody else took it, or the job was reopened. */
export function settleJobNotification(
  job: Job,
  id: string,
  outcome: NotificationOutcome,
  now: Date,
): Job | undefined {
  const { notification, ...rest } = job;
  if (notification?.state !== "sending" || notification.id !== id) return undefined;
  if (outcome === "unsent") return rest;
  return { ...rest, notification: { state: outcome, at: now.toISOString() } };
}

/** Returns whether a job's outcome is still to be announced to its owner. */
export const isUntold = ({ state, notification, notifiedAt }: Job) =>
  (state === "completed" || state === "failed") && !notification && !notifiedAt;

/** @returns undefined if an email went out or is being sent, or there is no outcome to see. */
export const markJobSeen = (job: Job, now: Date): Job | undefined =>
  isUntold(job) ? { ...job, notification: { state: "seen", at: now.toISOString() } } : undefined;
