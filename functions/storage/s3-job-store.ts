import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { logger } from "../runtime/observability.ts";
import { isConcurrent, isConflict, isMissing } from "../runtime/s3-errors.ts";
import { findObject, readText } from "../runtime/s3-objects.ts";
import { Job, jobKey, jobKeyPrefix } from "./job.ts";
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
} from "./job-store.ts";
import { decideNotification, markJobSeen, settleJobNotification } from "./notification.ts";

interface Stored {
  job: Job;
  etag: string;
}

/** S3's advice for a write that collided with another one is to send it again. */
const WAITS_FOR_ANOTHER_WRITE_MILLISECONDS = [50, 200, 800];

function parseRecord(text: string): Job {
  try {
    return Job.parse(JSON.parse(text));
  } catch (error) {
    // A JSON error quotes the text, and a record contains names and addresses.
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : "It isn't JSON.";
    throw new UnreadableRecord(`The job's record can't be read. ${reason}`);
  }
}

/**
 * Stores job records as JSON objects, and changes them by compare-and-swap on their ETag.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createS3JobStore(s3: S3Client, bucket: string): JobStore {
  async function read(owner: OwnerId, jobId: JobId): Promise<Stored | undefined> {
    const object = await findObject(s3, bucket, jobKey(owner, jobId));
    return object && { job: parseRecord(await readText(object)), etag: object.ETag ?? "" };
  }

  async function readIfReadable(
    owner: OwnerId,
    jobId: JobId,
  ): Promise<Stored | "unreadable" | undefined> {
    try {
      return await read(owner, jobId);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      logger.error("job record unreadable", { jobId, error });
      return "unreadable";
    }
  }

  /**
   * Writes a record if `condition` holds. If an answer is lost the SDK repeats the request, and S3
   * refuses the second one because of what the first one wrote. The version's id reveals that.
   *
   * @returns undefined if the record is not the one that the condition names.
   */
  async function put(
    job: Job,
    condition: { IfMatch: string } | { IfNoneMatch: "*" },
  ): Promise<Stored | undefined> {
    const version = Job.parse({ ...job, revision: randomUUID() });
    const request = new PutObjectCommand({
      Bucket: bucket,
      Key: jobKey(job.owner, job.jobId),
      Body: JSON.stringify(version),
      ContentType: "application/json",
      ...condition,
    });
    try {
      const { ETag } = await sendAgainAfterConcurrent(request);
      return { job: version, etag: ETag ?? "" };
    } catch (error) {
      if (!isConflict(error) && !isMissing(error)) throw error;
      const stored = await read(job.owner, job.jobId);
      return stored?.job.revision === version.revision ? stored : undefined;
    }
  }

  async function sendAgainAfterConcurrent(request: PutObjectCommand) {
    for (const milliseconds of WAITS_FOR_ANOTHER_WRITE_MILLISECONDS) {
      try {
        return await s3.send(request);
      } catch (error) {
        if (!isConcurrent(error)) throw error;
        await sleep(milliseconds);
      }
    }
    return s3.send(request);
  }

  const toClaim = ({ job, etag }: Stored, leaseId: string): Claim => ({
    job,
    leaseId,
    version: etag,
  });

  async function replaceClaimed(claim: Claim, job: Job): Promise<Stored> {
    const written = await put(job, { IfMatch: claim.version });
    if (written) return written;
    // An earlier write of this claim may have succeeded although it threw. The lease shows whose it
    // is.
    const stored = await read(job.owner, job.jobId);
    const isOurs = stored?.job.lease?.id === claim.leaseId;
    const retried = isOurs ? await put(job, { IfMatch: stored.etag }) : undefined;
    if (!retried) throw new ClaimLost("The job was deleted or taken over.");
    return retried;
  }

  return {
    async create(job) {
      if (!(await put(job, { IfNoneMatch: "*" }))) throw new JobIdTaken("The id is taken.");
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
        jobs: records.flatMap((record) => (record && record !== "unreadable" ? [record.job] : [])),
        ...(page.IsTruncated && last ? { nextCursor: last } : {}),
      };
    },

    async claim(owner, jobId, leaseSeconds, options) {
      const leaseId = randomUUID();
      for (;;) {
        const stored = await read(owner, jobId);
        if (!stored) return { kind: "missing" };
        const decision = decideClaim(stored.job, leaseId, leaseSeconds, new Date(), options);
        if (decision.kind !== "take") return decision;
        const written = await put(decision.job, { IfMatch: stored.etag });
        if (written) return { kind: "claimed", claim: toClaim(written, leaseId) };
        // Somebody else changed it between the read and the write, so it is read again.
      }
    },

    async recordProgress(claim, progress, leaseSeconds) {
      const job = {
        ...renewLease(claim.job, claim.leaseId, leaseSeconds, new Date()),
        progress,
      };
      return toClaim(await replaceClaimed(claim, job), claim.leaseId);
    },

    async release(claim, reason) {
      await replaceClaimed(claim, releaseJob(claim.job, reason, new Date()));
    },

    async finish(claim, outcome) {
      return (await replaceClaimed(claim, finishJob(claim.job, outcome, new Date()))).job;
    },

    async claimNotification(owner, jobId, seconds) {
      const id = randomUUID();
      for (;;) {
        const stored = await read(owner, jobId);
        if (!stored) return { kind: "missing" };
        const decision = decideNotification(stored.job, id, seconds, new Date());
        if (decision.kind !== "take") return decision;
        const written = await put(decision.job, { IfMatch: stored.etag });
        if (written) return { kind: "claimed", claim: { job: written.job, id } };
      }
    },

    async settleNotification({ job: { owner, jobId }, id }, outcome) {
      for (;;) {
        const stored = await read(owner, jobId);
        const settled = stored && settleJobNotification(stored.job, id, outcome, new Date());
        if (!settled || (await put(settled, { IfMatch: stored.etag }))) return;
      }
    },

    async markSeen(owner, jobId) {
      for (;;) {
        const stored = await read(owner, jobId);
        if (!stored) return false;
        const seen = markJobSeen(stored.job, new Date());
        if (!seen || (await put(seen, { IfMatch: stored.etag }))) return true;
      }
    },

    async delete(owner, jobId) {
      const stored = await readIfReadable(owner, jobId);
      if (!stored) return undefined;
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: jobKey(owner, jobId) }));
      return stored === "unreadable" ? stored : stored.job;
    },
  };
}
