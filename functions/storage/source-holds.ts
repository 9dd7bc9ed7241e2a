import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { isMissing } from "../runtime/s3-errors.ts";
import { type Job, sourceJobIdOf, sourceKey } from "./job.ts";

type SourceUser = Pick<Job, "owner" | "jobId" | "sourceOf">;
type GetJob = (owner: OwnerId, jobId: JobId) => Promise<Job | undefined>;

/**
 * Decides how long a source stays that several jobs convert. Each of them but the one that it was
 * uploaded for has an object under `holds/` until it has ended. docs/adr/0143
 */
export interface SourceHolds {
  /**
   * Keeps the source of another job until `job` has ended.
   *
   * @returns false if the source is not there (any more).
   */
  hold(job: SourceUser): Promise<boolean>;
  /** Lets the bucket's lifecycle delete the source, unless another job still needs it. */
  release(job: SourceUser): Promise<void>;
  /** Deletes the source of a deleted job, unless another job still needs it. */
  discard(job: SourceUser): Promise<void>;
}

export function createSourceHolds(
  s3: S3Client,
  buckets: { source: string; result: string },
  getJob: GetJob,
): SourceHolds {
  const prefixOf = (job: SourceUser) => `holds/${job.owner}/${sourceJobIdOf(job)}/`;
  const target = (job: SourceUser) => ({
    Bucket: buckets.source,
    Key: sourceKey(job.owner, sourceJobIdOf(job)),
  });
  const holdOf = (job: SourceUser) => ({ Bucket: buckets.result, Key: prefixOf(job) + job.jobId });

  /** @returns false if there is no such object. */
  async function tag(job: SourceUser, value: "finished" | "held"): Promise<boolean> {
    try {
      await s3.send(
        new PutObjectTaggingCommand({
          ...target(job),
          Tagging: { TagSet: [{ Key: "tapedeck-job", Value: value }] },
        }),
      );
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async function isHeld(job: SourceUser): Promise<boolean> {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: buckets.result, Prefix: prefixOf(job), MaxKeys: 1 }),
    );
    return (page.Contents ?? []).length > 0;
  }

  async function dropHold(job: SourceUser): Promise<void> {
    if (job.sourceOf) await s3.send(new DeleteObjectCommand(holdOf(job)));
  }

  /** Tags the source for the lifecycle, if no job needs it any more. */
  async function settle(job: SourceUser): Promise<void> {
    const first = job.sourceOf && (await getJob(job.owner, job.sourceOf.jobId));
    if (first && needsItsSource(first)) return;
    await tag(job, "finished");
    if (await isHeld(job)) await tag(job, "held");
  }

  return {
    async hold(job) {
      // Before the tag: whoever releases the source meanwhile sets its tag first, and then looks.
      await s3.send(new PutObjectCommand(holdOf(job)));
      if (await tag(job, "held")) return true;
      await dropHold(job);
      return false;
    },

    async release(job) {
      await dropHold(job);
      await settle(job);
    },

    async discard(job) {
      await dropHold(job);
      // The job that it was uploaded for may still be there, and may be converted again.
      if (job.sourceOf && (await getJob(job.owner, job.sourceOf.jobId))) return settle(job);
      if (!(await isHeld(job))) await s3.send(new DeleteObjectCommand(target(job)));
    },
  };
}

/** An operator may retry what was given up. */
const needsItsSource = ({ state, failure }: Job) =>
  state !== "completed" && (state !== "failed" || failure?.code === "internal");
