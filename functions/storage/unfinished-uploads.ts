import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { isMissing } from "../runtime/s3-errors.ts";

/** Aborts every unfinished multipart upload of one object. */
export type DiscardUnfinished = (key: string) => Promise<void>;

export const createUnfinishedDiscarder =
  (s3: S3Client, bucket: string): DiscardUnfinished =>
  async (key) => {
    const { Uploads = [] } = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }),
    );
    await Promise.all(
      Uploads.map(async ({ Key, UploadId }) => {
        try {
          await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }),
    );
  };
