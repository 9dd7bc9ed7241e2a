import type { S3Client } from "@aws-sdk/client-s3";
import { changeObject } from "./compare-and-swap.ts";
import { UNUSED, Usage, type UsageStore } from "./usage.ts";

/** Stores one object for each user. */
export const createS3UsageStore = (s3: S3Client, bucket: string): UsageStore => ({
  async update(owner, change) {
    const object = { bucket, key: `usage/${owner}.json`, schema: Usage };
    await changeObject(s3, object, (stored = UNUSED) => change(stored));
  },
});
