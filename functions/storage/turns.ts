import type { JobId, OwnerId } from "../../contract/job.ts";
import { Refusal } from "../runtime/errors.ts";
import { logger } from "../runtime/observability.ts";
import type { Job } from "./job.ts";
import { findReadable } from "./job-store.ts";
import { beginDay, type RunningConversion, type UsageStore } from "./usage.ts";

type JobKey = Pick<Job, "owner" | "jobId">;

type Turn = { kind: "taken" } | { kind: "wait"; seconds: number };

/** Decides who may convert now. docs/adr/0070 */
export interface Turns {
  /**
   * Takes one of the conversions that the job's owner may have at a time, or says when to ask
   * again.
   */
  take(job: JobKey): Promise<Turn>;
  /**
   * Gives it back, and counts the audio that was encoded. Never rejects, because {@link take}
   * repairs what is missed.
   */
  end(job: JobKey, audioSeconds: number): Promise<void>;
}

/**
 * A user's waiting jobs ask again one after the other, this far apart, which limits what waiting
 * costs.
 */
const INTERVAL_MILLISECONDS = 2000;
/** The longest delay of SQS. */
const MAX_WAIT_SECONDS = 900;
/** It takes milliseconds from taking a turn to claiming its job. */
const CLAIM_MILLISECONDS = 30_000;

export function createTurns({
  usage,
  getJob,
  conversionsPerUser,
  now = () => new Date(),
}: {
  usage: UsageStore;
  getJob: (owner: OwnerId, jobId: JobId) => Promise<Job | undefined>;
  conversionsPerUser: number;
  now?: () => Date;
}): Turns {
  async function dropEnded(owner: OwnerId, running: RunningConversion[]) {
    const jobs = await Promise.all(running.map(({ jobId }) => findReadable(getJob(owner, jobId))));
    return running.filter((conversion, index) => isRunning(conversion, jobs[index], now()));
  }

  return {
    async take({ owner, jobId }) {
      let turn: Turn = { kind: "taken" };
      try {
        await usage.update(owner, async (stored) => {
          const time = now().getTime();
          let converting = stored.converting.filter((other) => other.jobId !== jobId);
          if (converting.length >= conversionsPerUser) {
            converting = await dropEnded(owner, converting);
          }
          if (converting.length < conversionsPerUser) {
            turn = { kind: "taken" };
            const since = new Date(time).toISOString();
            return { ...stored, converting: [...converting, { jobId, since }] };
          }
          const last = stored.lastTurnAt ? Date.parse(stored.lastTurnAt) : time;
          const turnAt = Math.min(
            Math.max(last, time) + INTERVAL_MILLISECONDS,
            time + MAX_WAIT_SECONDS * 1000,
          );
          turn = { kind: "wait", seconds: Math.ceil((turnAt - time) / 1000) };
          return { ...stored, converting, lastTurnAt: new Date(turnAt).toISOString() };
        });
        return turn;
      } catch (error) {
        // Many workers asked for this user at the same moment, which isn't the message's fault.
        if (!(error instanceof Refusal)) throw error;
        return { kind: "wait", seconds: 1 + Math.ceil(Math.random() * 10) };
      }
    },

    async end({ owner, jobId }, audioSeconds) {
      try {
        await usage.update(owner, async (stored) => {
          const today = beginDay(stored, now());
          return {
            ...today,
            audioSeconds: today.audioSeconds + audioSeconds,
            converting: today.converting.filter((other) => other.jobId !== jobId),
          };
        });
      } catch (error) {
        logger.warn("turn not given back", { jobId, error: error as Error });
      }
    },
  };
}

/** Nobody has to give a turn back. The lease of its job shows when a worker died. */
function isRunning({ since }: RunningConversion, job: Job | undefined, now: Date): boolean {
  if (!job || job.state === "completed" || job.state === "failed") return false;
  if (job.lease && new Date(job.lease.expiresAt) > now) return true;
  return now.getTime() - Date.parse(since) < CLAIM_MILLISECONDS;
}
