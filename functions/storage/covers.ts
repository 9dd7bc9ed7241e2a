import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isMissing } from "../runtime/s3-errors.ts";
import { coverKey, type Job } from "./job.ts";

type JobKey = Pick<Job, "owner" | "jobId">;

/** The pictures that users gave for their MP3s. They lie beside the records, which are listed. */
export interface Covers {
  put(job: JobKey, cover: Uint8Array): Promise<void>;
  /** @returns undefined if there is none (any more). */
  read(job: JobKey): Promise<Uint8Array | undefined>;
}

export const createS3Covers = (s3: S3Client, bucket: string): Covers => ({
  async put({ owner, jobId }, cover) {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: coverKey(owner, jobId), Body: cover }),
    );
  },

  async read({ owner, jobId }) {
    try {
      const command = new GetObjectCommand({ Bucket: bucket, Key: coverKey(owner, jobId) });
      return await (await s3.send(command)).Body?.transformToByteArray();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
});
