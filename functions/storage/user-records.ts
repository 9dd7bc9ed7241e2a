import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { z } from "zod";
import type { OwnerId } from "../../contract/job.ts";
import { findObject, readText } from "../runtime/s3-objects.ts";

/** Stores at most one record of a kind for each user. */
export interface UserRecords<T> {
  read(owner: OwnerId): Promise<T | undefined>;
  /** Creates or replaces the record. */
  write(owner: OwnerId, record: T): Promise<void>;
  /** Does nothing if there is none. */
  delete(owner: OwnerId): Promise<void>;
}

/**
 * Stores each user's record as an object under `prefix`. The last write wins, because users change these
 * records by hand.
 */
export function createS3UserRecords<T>(
  s3: S3Client,
  bucket: string,
  prefix: string,
  schema: z.ZodType<T>,
): UserRecords<T> {
  const keyOf = (owner: OwnerId) => `${prefix}/${owner}.json`;
  return {
    async read(owner) {
      const object = await findObject(s3, bucket, keyOf(owner));
      return object && schema.parse(JSON.parse(await readText(object)));
    },

    async write(owner, record) {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: keyOf(owner),
          Body: JSON.stringify(record),
          ContentType: "application/json",
        }),
      );
    },

    async delete(owner) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(owner) }));
    },
  };
}
