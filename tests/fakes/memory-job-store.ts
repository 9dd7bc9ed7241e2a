import { randomUUID } from "node:crypto";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { Job, jobKey, jobKeyPrefix } from "../../functions/storage/job.ts";
import {
  type Claim,
  ClaimLost,
  decideClaim,
  finishJob,
  JobIdTaken,
  type JobStore,
  releaseJob,
  renewLease,
  UnreadableRecord,
} from "../../functions/storage/job-store.ts";
import {
  decideNotification,
  markJobSeen,
  settleJobNotification,
} from "../../functions/storage/notification.ts";

/**
 * Job records in a map: the fake for unit tests. It passes the same contract tests as the S3 store.
 *
 * @param records their JSON by key
 * @param world the values that differ each time (clock, ids); for tests/model
 */
export function createMemoryJobStore(
  records = new Map<string, string>(),
  { createId, now }: { createId: () => string; now: () => Date } = {
    createId: randomUUID,
    now: () => new Date(),
  },
): JobStore {
  const read = (owner: OwnerId, jobId: JobId) => {
    const text = records.get(jobKey(owner, jobId));
    if (text === undefined) return undefined;
    try {
      return Job.parse(JSON.parse(text));
    } catch {
      throw new UnreadableRecord("The job's record can't be read.");
    }
  };
  const readIfReadable = (owner: OwnerId, jobId: JobId) => {
    try {
      return read(owner, jobId);
    } catch {
      return "unreadable";
    }
  };
  const write = (job: Job) => {
    const record = Job.parse(job);
    records.set(jobKey(job.owner, job.jobId), JSON.stringify(record));
    return record;
  };
  /** Only one change happens at a time here, so the lease alone says whose the record is. */
  const version = "any";
  const requireClaimed = ({ job, leaseId }: Claim) => {
    const stored = read(job.owner, job.jobId);
    if (stored?.lease?.id !== leaseId) throw new ClaimLost("The job was deleted or taken over.");
    return stored;
  };

  return {
    async create(job) {
      if (read(job.owner, job.jobId)) throw new JobIdTaken("The id is taken.");
      write(job);
    },
    async get(owner, jobId) {
      return read(owner, jobId);
    },
    async list(owner, { limit, cursor }) {
      const prefix = jobKeyPrefix(owner);
      const ids = [...records.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length, -".json".length))
        .sort()
        .filter((jobId) => cursor === undefined || jobId > cursor);
      const page = ids.slice(0, limit);
      const jobs = page.flatMap((jobId) => {
        const job = readIfReadable(owner, jobId);
        return job && job !== "unreadable" ? [job] : [];
      });
      const last = page.at(-1);
      return { jobs, ...(ids.length > limit && last ? { nextCursor: last } : {}) };
    },
    async claim(owner, jobId, leaseSeconds, options) {
      const stored = read(owner, jobId);
      if (!stored) return { kind: "missing" };
      const leaseId = createId();
      const decision = decideClaim(stored, leaseId, leaseSeconds, now(), options);
      if (decision.kind !== "take") return decision;
      return { kind: "claimed", claim: { job: write(decision.job), leaseId, version } };
    },
    async recordProgress(claim, progress, leaseSeconds) {
      const renewed = renewLease(requireClaimed(claim), claim.leaseId, leaseSeconds, now());
      return { ...claim, job: write({ ...renewed, progress }) };
    },
    async release(claim, reason) {
      write(releaseJob(requireClaimed(claim), reason, now()));
    },
    async finish(claim, outcome) {
      return write(finishJob(requireClaimed(claim), outcome, now()));
    },
    async claimNotification(owner, jobId, seconds) {
      const stored = read(owner, jobId);
      if (!stored) return { kind: "missing" };
      const id = createId();
      const decision = decideNotification(stored, id, seconds, now());
      if (decision.kind !== "take") return decision;
      return { kind: "claimed", claim: { job: write(decision.job), id } };
    },
    async settleNotification({ job: { owner, jobId }, id }, outcome) {
      const stored = read(owner, jobId);
      const settled = stored && settleJobNotification(stored, id, outcome, now());
      if (settled) write(settled);
    },
    async markSeen(owner, jobId) {
      const stored = read(owner, jobId);
      const seen = stored && markJobSeen(stored, now());
      if (seen) write(seen);
      return stored !== undefined;
    },
    async delete(owner, jobId) {
      const stored = readIfReadable(owner, jobId);
      records.delete(jobKey(owner, jobId));
      return stored;
    },
  };
}
