import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { coverKey, resultKey, sourceKey } from "../storage/job.ts";
import { createUnfinishedDiscarder } from "../storage/unfinished-uploads.ts";

/** Deletes a job's source, cover and MP3 and aborts its unfinished uploads. */
export type DeleteJobObjects = (owner: OwnerId, jobId: JobId) => Promise<void>;

export function createJobObjectsDeleter(
  s3: S3Client,
  buckets: { source: string; result: string },
): DeleteJobObjects {
  const discardUnfinishedSource = createUnfinishedDiscarder(s3, buckets.source);
  return async (owner, jobId) => {
    const Key = sourceKey(owner, jobId);
    await Promise.all([
      discardUnfinishedSource(Key),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.source, Key })),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.result, Key: resultKey(owner, jobId) })),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.result, Key: coverKey(owner, jobId) })),
    ]);
  };
}
