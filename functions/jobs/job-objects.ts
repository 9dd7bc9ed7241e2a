import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { resultKey, sourceKey } from "../core/job.ts";

/** Deletes a job's source and MP3 and aborts its unfinished uploads. */
export type DeleteJobObjects = (owner: OwnerId, jobId: JobId) => Promise<void>;

export const createJobObjectsDeleter =
  (s3: S3Client, buckets: { source: string; result: string }): DeleteJobObjects =>
  async (owner, jobId) => {
    const Key = sourceKey(owner, jobId);
    const { Uploads = [] } = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: buckets.source, Prefix: Key }),
    );
    await Promise.all([
      ...Uploads.map(({ UploadId }) =>
        s3.send(new AbortMultipartUploadCommand({ Bucket: buckets.source, Key, UploadId })),
      ),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.source, Key })),
      s3.send(new DeleteObjectCommand({ Bucket: buckets.result, Key: resultKey(owner, jobId) })),
    ]);
  };
