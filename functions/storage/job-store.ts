import type { FailureCode, Progress } from "../../contract/conversion.ts";
import type { JobId, JobResult, OwnerId } from "../../contract/job.ts";
import type { Job } from "./job.ts";
import type {
  NotificationClaim,
  NotificationClaimResult,
  NotificationOutcome,
} from "./notification.ts";

/** The right to convert a job until the lease runs out. Opaque to callers, apart from the job. */
export interface Claim {
  readonly job: Job;
  readonly leaseId: string;
  /** Which version of the record this is. Only the store that issued it can read it. */
  readonly version: string;
}

export type ClaimResult =
  | { kind: "claimed"; claim: Claim }
  /** Converted or failed before: announce it again at most, never convert it again. */
  | { kind: "finished"; job: Job }
  /** Another worker has it until then. */
  | { kind: "leased"; expiresAt: Date }
  /** The user deleted it. */
  | { kind: "missing" };

export type FinishedState =
  | { state: "completed"; result: JobResult }
  | { state: "failed"; failure: { code: FailureCode } };

/** Thrown to a worker whose job was deleted or taken over: it must stop and clean up. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

/**
 * Where job records live. Every change names the state it comes from and is conditional, so that two
 * workers, a redelivered message and a deleting user can meet in any order. Every record is checked
 * before it is written: what can't be read back must not get in.
 */
export interface JobStore {
  /** @throws Error if the id is taken or the job doesn't fit the schema. */
  create(job: Job): Promise<void>;
  get(owner: OwnerId, jobId: JobId): Promise<Job | undefined>;
  /**
   * Newest first. `cursor` is the last id of the page before. A record that can't be read is logged and
   * left out, so that it doesn't hide the others.
   */
  list(
    owner: OwnerId,
    page: { limit: number; cursor?: JobId | undefined },
  ): Promise<{ jobs: Job[]; nextCursor?: JobId }>;
  /**
   * awaiting-upload → converting; also takes over a converting job whose lease has run out and, with
   * `reopen`, a job that was given up (failed as `internal`), whose owner then gets another email.
   */
  claim(
    owner: OwnerId,
    jobId: JobId,
    leaseSeconds: number,
    options?: { reopen?: boolean },
  ): Promise<ClaimResult>;
  /** Records how far it is and renews the lease. @throws ClaimLost */
  recordProgress(claim: Claim, progress: Progress, leaseSeconds: number): Promise<Claim>;
  /** Gives the lease back with the reason, so that the next delivery needn't wait for its end. */
  release(claim: Claim, reason: Error): Promise<void>;
  /** converting → completed | failed. @throws ClaimLost, or ZodError if the outcome doesn't fit. */
  finish(claim: Claim, outcome: FinishedState): Promise<Job>;
  /** Reserves the email about a finished job's outcome for one sender, for so many seconds. */
  claimNotification(
    owner: OwnerId,
    jobId: JobId,
    seconds: number,
  ): Promise<NotificationClaimResult>;
  /** Records what became of a claimed email. Does nothing if the claim no longer holds. */
  settleNotification(claim: NotificationClaim, outcome: NotificationOutcome): Promise<void>;
  /** @returns whether there was one. */
  delete(owner: OwnerId, jobId: JobId): Promise<boolean>;
}

/** What a job that is not finished may become, given who asks and when. Pure, so that stores agree. */
export function decideClaim(
  job: Job,
  leaseId: string,
  leaseSeconds: number,
  now: Date,
  { reopen = false } = {},
): { kind: "take"; job: Job } | Exclude<ClaimResult, { kind: "claimed" }> {
  if (reopen && job.failure?.code === "internal") {
    return decideClaim(reopenJob(job), leaseId, leaseSeconds, now);
  }
  if (job.state === "completed" || job.state === "failed") return { kind: "finished", job };
  const leaseEnd = job.lease && new Date(job.lease.expiresAt);
  if (leaseEnd && leaseEnd > now) return { kind: "leased", expiresAt: leaseEnd };
  return {
    kind: "take",
    job: { ...renewLease(job, leaseId, leaseSeconds, now), state: "converting" },
  };
}

export function renewLease(job: Job, leaseId: string, leaseSeconds: number, now: Date): Job {
  const expiresAt = new Date(now.getTime() + leaseSeconds * 1000).toISOString();
  return { ...job, lease: { id: leaseId, expiresAt }, updatedAt: now.toISOString() };
}

export function finishJob(job: Job, outcome: FinishedState, now: Date): Job {
  const { lease: _lease, progress: _progress, ...rest } = job;
  return { ...rest, ...outcome, updatedAt: now.toISOString() };
}

export function releaseJob(job: Job, reason: Error, now: Date): Job {
  const { lease: _lease, ...rest } = job;
  const message = reason.message.slice(0, MAX_REASON_LENGTH).toWellFormed();
  return { ...rest, lastError: { name: reason.name, message }, updatedAt: now.toISOString() };
}

/** As if it had never ended nor been told of. */
function reopenJob(job: Job): Job {
  const { failure: _failure, notification: _notification, notifiedAt: _notifiedAt, ...rest } = job;
  return { ...rest, state: "awaiting-upload" };
}

/** A sentence, and none of the pages that a library may put into an error. */
const MAX_REASON_LENGTH = 300;
