import { randomUUID } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { Job, jobKey, jobKeyPrefix } from "./job.ts";
import {
  type Claim,
  ClaimLost,
  decideClaim,
  finishJob,
  type JobStore,
  releaseJob,
  renewLease,
} from "./job-store.ts";
import { decideNotification, settleJobNotification } from "./notification.ts";
import { logger } from "./observability.ts";
import { isConflict, isMissing } from "./s3-errors.ts";

interface Stored {
  job: Job;
  etag: string;
}

/** A record that isn't JSON, or not of the schema. */
class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord";
}

function parseRecord(text: string): Job {
  try {
    return Job.parse(JSON.parse(text));
  } catch (error) {
    // A JSON error quotes the text, and a record has names and addresses in it.
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : "It isn't JSON.";
    throw new UnreadableRecord(`The job's record can't be read. ${reason}`);
  }
}

/**
 * Job records as JSON objects, changed by compare-and-swap on their ETag.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createS3JobStore(s3: S3Client, bucket: string): JobStore {
  /** The ETag of a claim's newest version; a claim is a value, this is its place in S3. */
  const etags = new WeakMap<Claim, string>();

  async function read(owner: OwnerId, jobId: JobId): Promise<Stored | undefined> {
    try {
      const object = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: jobKey(owner, jobId) }),
      );
      const text = await object.Body?.transformToString();
      return { job: parseRecord(text ?? ""), etag: object.ETag ?? "" };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function readIfReadable(owner: OwnerId, jobId: JobId): Promise<Stored | undefined> {
    try {
      return await read(owner, jobId);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      logger.error("job record unreadable", { jobId, error });
      return undefined;
    }
  }

  /** @returns the new ETag, or undefined if the record is no longer the one that was read. */
  async function replace(job: Job, etag: string): Promise<string | undefined> {
    try {
      return await put(job, { IfMatch: etag });
    } catch (error) {
      if (isConflict(error) || isMissing(error)) return undefined;
      throw error;
    }
  }

  async function put(job: Job, condition: { IfMatch: string } | { IfNoneMatch: "*" }) {
    const { ETag } = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: jobKey(job.owner, job.jobId),
        Body: JSON.stringify(Job.parse(job)),
        ContentType: "application/json",
        ...condition,
      }),
    );
    return ETag ?? "";
  }

  function makeClaim(job: Job, leaseId: string, etag: string): Claim {
    const claim = { job, leaseId };
    etags.set(claim, etag);
    return claim;
  }

  async function replaceClaimed(claim: Claim, job: Job): Promise<string> {
    const etag = await replace(job, etags.get(claim) ?? "");
    if (etag !== undefined) return etag;
    // A write whose answer got lost has changed the ETag, too: the lease tells whose version it is.
    const stored = await read(job.owner, job.jobId);
    const isOurs = stored?.job.lease?.id === claim.leaseId;
    const retried = isOurs ? await replace(job, stored.etag) : undefined;
    if (retried === undefined) throw new ClaimLost("The job was deleted or taken over.");
    return retried;
  }

  return {
    async create(job) {
      await put(job, { IfNoneMatch: "*" });
    },

    async get(owner, jobId) {
      return (await read(owner, jobId))?.job;
    },

    async list(owner, { limit, cursor }) {
      const prefix = jobKeyPrefix(owner);
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: limit,
          ...(cursor ? { StartAfter: jobKey(owner, cursor) } : {}),
        }),
      );
      const ids = (page.Contents ?? []).map(({ Key = "" }) =>
        Key.slice(prefix.length, -".json".length),
      );
      const records = await Promise.all(ids.map((id) => readIfReadable(owner, id)));
      const last = ids.at(-1);
      return {
        jobs: records.flatMap((record) => (record ? [record.job] : [])),
        ...(page.IsTruncated && last ? { nextCursor: last } : {}),
      };
    },

    async claim(owner, jobId, leaseSeconds) {
      for (;;) {
        const stored = await read(owner, jobId);
        if (!stored) return { kind: "missing" };
        const leaseId = randomUUID();
        const decision = decideClaim(stored.job, leaseId, leaseSeconds, new Date());
        if (decision.kind !== "take") return decision;
        const etag = await replace(decision.job, stored.etag);
        if (etag !== undefined) {
          return { kind: "claimed", claim: makeClaim(decision.job, leaseId, etag) };
        }
        // Somebody else changed it between the read and the write: look at what it is now.
      }
    },

    async recordProgress(claim, progress, leaseSeconds) {
      const job = {
        ...renewLease(claim.job, claim.leaseId, leaseSeconds, new Date()),
        progress,
      };
      return makeClaim(job, claim.leaseId, await replaceClaimed(claim, job));
    },

    async release(claim) {
      await replaceClaimed(claim, releaseJob(claim.job, new Date()));
    },

    async finish(claim, outcome) {
      const job = Job.parse(finishJob(claim.job, outcome, new Date()));
      await replaceClaimed(claim, job);
      return job;
    },

    async claimNotification(owner, jobId, seconds) {
      const id = randomUUID();
      for (;;) {
        const stored = await read(owner, jobId);
        if (!stored) return { kind: "missing" };
        const decision = decideNotification(stored.job, id, seconds, new Date());
        if (decision.kind !== "take") return decision;
        if ((await replace(decision.job, stored.etag)) !== undefined) {
          return { kind: "claimed", claim: { job: decision.job, id } };
        }
      }
    },

    async settleNotification({ job: { owner, jobId }, id }, outcome) {
      for (;;) {
        const stored = await read(owner, jobId);
        const settled = stored && settleJobNotification(stored.job, id, outcome, new Date());
        if (!settled || (await replace(settled, stored.etag)) !== undefined) return;
      }
    },

    async delete(owner, jobId) {
      const Key = jobKey(owner, jobId);
      try {
        await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      return true;
    },
  };
}
