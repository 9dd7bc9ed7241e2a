import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { isMissing } from "../runtime/s3-errors.ts";
import { type Job, sourceJobIdOf, sourceKey } from "./job.ts";
import { UnreadableRecord } from "./job-store.ts";

type JobKey = Pick<Job, "owner" | "jobId">;
type SourceUser = JobKey & { sourceOf?: { jobId: JobId } | undefined };
type GetJob = (owner: OwnerId, jobId: JobId) => Promise<Job | undefined>;

/** How long a hold counts before its job is written. The function that writes both runs for at most 29 s. */
const YOUNG_MILLISECONDS = 60_000;

/**
 * Decides how long a source is kept that several jobs convert. The first job is the one that it was
 * uploaded for. Each other job has an object under `holds/` until it has ended. docs/adr/0143
 */
export interface SourceHolds {
  /**
   * Keeps the source of another job until `job` has ended.
   *
   * @returns false if the source doesn't exist (any more).
   */
  hold(job: SourceUser): Promise<boolean>;
  /** Lets the bucket's lifecycle delete the source, unless another job still needs it. */
  release(job: SourceUser): Promise<void>;
  /** Does the same for a job whose record was deleted or never written. */
  releaseGone(job: JobKey): Promise<void>;
  /**
   * Deletes the source of a deleted job, unless another job still needs it. If `sourceOf` is
   * missing because the record is gone or unreadable, the job's hold names the source.
   */
  discard(job: SourceUser): Promise<void>;
}

export function createSourceHolds(
  s3: S3Client,
  buckets: { source: string; result: string },
  getJob: GetJob,
): SourceHolds {
  /** Finds out whether a job exists and needs its source. One with an unreadable record doesn't need it. */
  async function findJob(
    owner: OwnerId,
    jobId: JobId,
  ): Promise<{ needsItsSource: boolean } | undefined> {
    try {
      const job = await getJob(owner, jobId);
      return job && { needsItsSource: needsItsSource(job) };
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      return { needsItsSource: false };
    }
  }

  const ownerPrefix = ({ owner }: JobKey) => `holds/${owner}/`;
  const prefixOf = (job: SourceUser) => `${ownerPrefix(job)}${sourceJobIdOf(job)}/`;
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

  async function* listHolds(prefix: string) {
    for (let after: string | undefined, isDone = false; !isDone; ) {
      const page: ListObjectsV2CommandOutput = await s3.send(
        new ListObjectsV2Command({
          Bucket: buckets.result,
          Prefix: prefix,
          ...(after && { StartAfter: after }),
        }),
      );
      const holds = page.Contents ?? [];
      for (const { Key = "", LastModified } of holds) yield { key: Key, since: LastModified };
      after = holds.at(-1)?.Key;
      isDone = !(page.IsTruncated && after);
    }
  }

  /** Returns whether another job needs the source. Deletes the holds of jobs that don't. */
  async function isHeld(job: SourceUser): Promise<boolean> {
    const prefix = prefixOf(job);
    for await (const { key, since } of listHolds(prefix)) {
      const jobId = key.slice(prefix.length);
      if (jobId === job.jobId) continue;
      if (since && Date.now() - since.getTime() < YOUNG_MILLISECONDS) return true;
      if ((await findJob(job.owner, jobId))?.needsItsSource) return true;
      await s3.send(new DeleteObjectCommand({ Bucket: buckets.result, Key: key }));
    }
    return false;
  }

  async function dropHold(job: SourceUser): Promise<void> {
    if (job.sourceOf) await s3.send(new DeleteObjectCommand(holdOf(job)));
  }

  /** Searches all holds of the owner for the source that a job holds. */
  async function findSource(job: JobKey): Promise<SourceUser> {
    const prefix = ownerPrefix(job);
    for await (const { key } of listHolds(prefix)) {
      const [source, user] = key.slice(prefix.length).split("/");
      if (source && user === job.jobId) return { ...job, sourceOf: { jobId: source } };
    }
    return job;
  }

  /** Tags the source for deletion by the lifecycle, unless a job still needs it. */
  async function settle(job: SourceUser): Promise<void> {
    const first = job.sourceOf && (await findJob(job.owner, job.sourceOf.jobId));
    if (first?.needsItsSource) return;
    await tag(job, "finished");
    if (await isHeld(job)) await tag(job, "held");
  }

  async function release(job: SourceUser): Promise<void> {
    await dropHold(job);
    await settle(job);
  }

  async function deleteUnlessHeld(job: SourceUser): Promise<void> {
    if (!(await isHeld(job))) await s3.send(new DeleteObjectCommand(target(job)));
  }

  /**
   * Ends a job's hold and runs `follow`, which settles or deletes the source. `follow` first runs while
   * the hold exists, so that a retry still finds it. It runs again afterwards, because two jobs that end
   * at the same moment have seen each other's hold.
   */
  async function endHold(job: SourceUser, follow: typeof settle): Promise<void> {
    await follow(job);
    if (!job.sourceOf) return;
    await dropHold(job);
    await follow(job);
  }

  return {
    async hold(job) {
      try {
        // The hold comes before the tag: a release sets its own tag first, and then looks for holds.
        await s3.send(new PutObjectCommand(holdOf(job)));
        if (await tag(job, "held")) return true;
      } catch (error) {
        // If this fails, too, the hold stops counting soon, because it has no job.
        await Promise.allSettled([release(job)]);
        throw error;
      }
      await dropHold(job);
      return false;
    },

    release,

    async releaseGone(job) {
      await endHold(await findSource(job), settle);
    },

    async discard(job) {
      const user = job.sourceOf ? job : await findSource(job);
      const first = user.sourceOf && (await findJob(user.owner, user.sourceOf.jobId));
      // If the first job still exists, it may be converted again.
      await endHold(user, first ? settle : deleteUnlessHeld);
    },
  };
}

/** A job that was given up still needs its source, because an operator may retry it. */
const needsItsSource = ({ state, failure }: Job) =>
  state !== "completed" && (state !== "failed" || failure?.code === "internal");
