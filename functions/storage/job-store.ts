import type { FailureCode, Progress } from "../../contract/conversion.ts";
import type { JobId, JobResult, OwnerId } from "../../contract/job.ts";
import { NeedsOperator } from "../runtime/needs-operator.ts";
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
  /** Converted or failed earlier. It may be announced again, but never converted again. */
  | { kind: "finished"; job: Job }
  /** Another worker holds it until then. */
  | { kind: "leased"; expiresAt: Date }
  /** The user deleted it. */
  | { kind: "missing" };

export type FinishedState =
  | { state: "completed"; result: JobResult }
  | { state: "failed"; failure: { code: FailureCode } };

/** Thrown when a worker's job was deleted or taken over. The worker must stop and clean up. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

/** A job can't be created, because its owner has another one with its id. */
export class JobIdTaken extends Error {
  override readonly name = "JobIdTaken";
}

/** A record isn't JSON, or doesn't fit the schema. */
export class UnreadableRecord extends NeedsOperator {
  override readonly name = "UnreadableRecord";
}

/** Reads a job for whom one that can't be read is none: nobody will convert it. */
export async function findReadable(reading: Promise<Job | undefined>): Promise<Job | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

/**
 * Stores job records. Every change names the state it comes from and is conditional, so it stays
 * correct when two workers, a redelivered message and a user who deletes the job collide. Every
 * record is checked before it is written, so that it can be read back.
 */
export interface JobStore {
  /** @throws JobIdTaken, or ZodError if the job doesn't fit the schema. */
  create(job: Job): Promise<void>;
  /** @throws UnreadableRecord */
  get(owner: OwnerId, jobId: JobId): Promise<Job | undefined>;
  /**
   * Lists jobs, newest first. `cursor` is the last id of the previous page. A record that can't be
   * read is logged and left out, so that it doesn't hide the others.
   */
  list(
    owner: OwnerId,
    page: { limit: number; cursor?: JobId | undefined },
  ): Promise<{ jobs: Job[]; nextCursor?: JobId }>;
  /**
   * Claims a job: awaiting-upload → converting. Also takes over a converting job whose lease has
   * expired and, with `reopen`, a job that was given up (failed as `internal`), whose owner then
   * gets another email.
   */
  claim(
    owner: OwnerId,
    jobId: JobId,
    leaseSeconds: number,
    options?: { reopen?: boolean },
  ): Promise<ClaimResult>;
  /** Records progress and renews the lease. @throws ClaimLost */
  recordProgress(claim: Claim, progress: Progress, leaseSeconds: number): Promise<Claim>;
  /**
   * Gives the lease back with the reason, so that the next delivery needn't wait for the lease to
   * expire.
   */
  release(claim: Claim, reason: Error): Promise<void>;
  /**
   * Finishes a job: converting → completed | failed.
   *
   * @throws ClaimLost, or ZodError if the outcome doesn't fit.
   */
  finish(claim: Claim, outcome: FinishedState): Promise<Job>;
  /** Reserves the email about a finished job for one sender, for a number of seconds. */
  claimNotification(
    owner: OwnerId,
    jobId: JobId,
    seconds: number,
  ): Promise<NotificationClaimResult>;
  /** Records what happened to a claimed email. Does nothing if the claim is no longer valid. */
  settleNotification(claim: NotificationClaim, outcome: NotificationOutcome): Promise<void>;
  /**
   * Records that the owner has seen a finished job's outcome, so that no email goes out. Does
   * nothing if one already did.
   *
   * @returns whether there is such a job.
   */
  markSeen(owner: OwnerId, jobId: JobId): Promise<boolean>;
  /**
   * Deletes a record, also one that can't be read.
   *
   * @returns what it was, or undefined if there was none.
   */
  delete(owner: OwnerId, jobId: JobId): Promise<Job | "unreadable" | undefined>;
}

/** Decides what may happen to a job that isn't finished. Pure, so that all stores agree. */
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

/** Resets a job as if it had never ended or been announced. */
function reopenJob(job: Job): Job {
  const { failure: _failure, notification: _notification, notifiedAt: _notifiedAt, ...rest } = job;
  return { ...rest, state: "awaiting-upload" };
}

/** Enough for a sentence, and less than the pages that a library may put into an error. */
const MAX_REASON_LENGTH = 300;
