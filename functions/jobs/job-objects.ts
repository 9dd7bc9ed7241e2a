import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { coverKey, type Job, resultKey, sourceKey } from "../storage/job.ts";
import type { SourceHolds } from "../storage/source-holds.ts";
import { createUnfinishedDiscarder } from "../storage/unfinished-uploads.ts";

/**
 * Deletes a job's cover and MP3 and aborts its unfinished uploads. Its source goes too, unless another
 * job still converts it.
 */
export type DeleteJobObjects = (job: Pick<Job, "owner" | "jobId" | "sourceOf">) => Promise<void>;

export function createJobObjectsDeleter(
  s3: S3Client,
  buckets: { source: string; result: string },
  holds: Pick<SourceHolds, "discard">,
): DeleteJobObjects {
  const discardUnfinishedSource = createUnfinishedDiscarder(s3, buckets.source);
  return async (job) => {
    const { owner, jobId } = job;
    await Promise.all([
      discardUnfinishedSource(sourceKey(owner, jobId)),
      holds.discard(job),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.result, Key: resultKey(owner, jobId) })),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.result, Key: coverKey(owner, jobId) })),
    ]);
  };
}
