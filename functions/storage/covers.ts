import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { findObject } from "../runtime/s3-objects.ts";
import { coverKey, type Job } from "./job.ts";

type JobKey = Pick<Job, "owner" | "jobId">;

/**
 * Stores the pictures that users chose for their MP3s. They have a prefix of their own, because the
 * records' prefix is listed.
 */
export interface Covers {
  put(job: JobKey, cover: Uint8Array): Promise<void>;
  /** @returns undefined if the job has no cover (any more). */
  read(job: JobKey): Promise<Uint8Array | undefined>;
}

export const createS3Covers = (s3: S3Client, bucket: string): Covers => ({
  async put({ owner, jobId }, cover) {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: coverKey(owner, jobId), Body: cover }),
    );
  },

  async read({ owner, jobId }) {
    const object = await findObject(s3, bucket, coverKey(owner, jobId));
    return await object?.Body?.transformToByteArray();
  },
});
