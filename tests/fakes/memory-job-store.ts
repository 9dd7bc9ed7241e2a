import { randomUUID } from "node:crypto";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { type Job, jobKey, jobKeyPrefix } from "../../functions/core/job.ts";
import {
  type Claim,
  ClaimLost,
  decideClaim,
  finishJob,
  type JobStore,
  releaseJob,
  renewLease,
} from "../../functions/core/job-store.ts";

/** Job records in a map: the fake that unit tests use, held to the same contract as the S3 store. */
export function createMemoryJobStore(): JobStore {
  const records = new Map<string, Job>();

  const read = (owner: OwnerId, jobId: JobId) => structuredClone(records.get(jobKey(owner, jobId)));
  const write = (job: Job) => {
    records.set(jobKey(job.owner, job.jobId), structuredClone(job));
    return job;
  };
  const requireClaimed = ({ job, leaseId }: Claim) => {
    const stored = read(job.owner, job.jobId);
    if (stored?.lease?.id !== leaseId) throw new ClaimLost("The job was deleted or taken over.");
    return stored;
  };

  return {
    async create(job) {
      if (read(job.owner, job.jobId)) throw new Error("The id is taken.");
      write(job);
    },
    async get(owner, jobId) {
      return read(owner, jobId);
    },
    async list(owner, { limit, cursor }) {
      const all = [...records.entries()]
        .filter(([key]) => key.startsWith(jobKeyPrefix(owner)))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, job]) => structuredClone(job))
        .filter(({ jobId }) => cursor === undefined || jobId > cursor);
      const jobs = all.slice(0, limit);
      const last = jobs.at(-1);
      return { jobs, ...(all.length > limit && last ? { nextCursor: last.jobId } : {}) };
    },
    async claim(owner, jobId, leaseSeconds) {
      const stored = read(owner, jobId);
      if (!stored) return { kind: "missing" };
      const leaseId = randomUUID();
      const decision = decideClaim(stored, leaseId, leaseSeconds, new Date());
      if (decision.kind !== "take") return decision;
      return { kind: "claimed", claim: { job: write(decision.job), leaseId } };
    },
    async recordProgress(claim, progress, leaseSeconds) {
      const renewed = renewLease(requireClaimed(claim), claim.leaseId, leaseSeconds, new Date());
      return { job: write({ ...renewed, progress }), leaseId: claim.leaseId };
    },
    async release(claim) {
      write(releaseJob(requireClaimed(claim), new Date()));
    },
    async finish(claim, outcome) {
      return write(finishJob(requireClaimed(claim), outcome, new Date()));
    },
    async markNotified(owner, jobId) {
      const stored = read(owner, jobId);
      if (stored) write({ ...stored, notifiedAt: new Date().toISOString() });
    },
    async delete(owner, jobId) {
      return records.delete(jobKey(owner, jobId));
    },
  };
}
