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

/** So long a hold counts whose job isn't written yet. The function that writes both has 29 s. */
const YOUNG_MILLISECONDS = 60_000;

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
  /** Does the same for a job whose record is gone, or was never written. */
  releaseGone(job: JobKey): Promise<void>;
  /**
   * Deletes the source of a deleted job, unless another job still needs it. Without `sourceOf`, the
   * job's hold tells which source that is.
   */
  discard(job: SourceUser): Promise<void>;
}

export function createSourceHolds(
  s3: S3Client,
  buckets: { source: string; result: string },
  getJob: GetJob,
): SourceHolds {
  /** A record that can't be read is there, but nobody will convert it. */
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

  /** Tells whether another job needs the source. Deletes the holds of those that don't. */
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

  /** Looks among all holds of its owner for the source that a job holds. */
  async function findSource(job: JobKey): Promise<SourceUser> {
    const prefix = ownerPrefix(job);
    for await (const { key } of listHolds(prefix)) {
      const [source, user] = key.slice(prefix.length).split("/");
      if (source && user === job.jobId) return { ...job, sourceOf: { jobId: source } };
    }
    return job;
  }

  /** Tags the source for the lifecycle, if no job needs it any more. */
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
   * Does what follows when a job doesn't need its source any more. First with its hold, so that
   * whoever repeats this finds it; then without, since two that end at once see each other's.
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
        // Before the tag: whoever releases the source meanwhile sets its tag first, and then looks.
        await s3.send(new PutObjectCommand(holdOf(job)));
        if (await tag(job, "held")) return true;
      } catch (error) {
        // If this fails too, a hold without a job soon doesn't count any more.
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
      // The job that it was uploaded for may still be there, and may be converted again.
      await endHold(user, first ? settle : deleteUnlessHeld);
    },
  };
}

/** An operator may retry what was given up. */
const needsItsSource = ({ state, failure }: Job) =>
  state !== "completed" && (state !== "failed" || failure?.code === "internal");
