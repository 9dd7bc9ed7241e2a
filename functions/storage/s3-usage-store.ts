import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { OwnerId } from "../../contract/job.ts";
import { Refusal } from "../runtime/errors.ts";
import { isConflict, isMissing } from "../runtime/s3-errors.ts";
import { findObject, readText } from "../runtime/s3-objects.ts";
import { UNUSED, Usage, type UsageStore } from "./usage.ts";

/**
 * Requests of one user that collide are repeated. After this many collisions, a request is refused, and
 * the client comes back later.
 */
const ATTEMPTS = 10;
const BACKOFF_MILLISECONDS = 50;

/** Stores one object for each user, changed by compare-and-swap on its ETag like job records. */
export const createS3UsageStore = (s3: S3Client, bucket: string): UsageStore => ({
  async update(owner, change) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const stored = await read(s3, bucket, owner);
      const condition = stored ? { IfMatch: stored.etag } : { IfNoneMatch: "*" };
      const Body = JSON.stringify(Usage.parse(await change(stored?.usage ?? UNUSED)));
      try {
        const object = { Bucket: bucket, Key: usageKey(owner), ContentType: "application/json" };
        await s3.send(new PutObjectCommand({ ...object, Body, ...condition }));
        return;
      } catch (error) {
        if (!isConflict(error) && !isMissing(error)) throw error;
        await sleep(BACKOFF_MILLISECONDS * attempt * Math.random());
      }
    }
    throw new Refusal(
      "rate-limited",
      "too-many-at-once",
      "You started many uploads at the same moment. Please try again in a second.",
      { retryAfterSeconds: 1 },
    );
  },
});

const usageKey = (owner: OwnerId) => `usage/${owner}.json`;

async function read(s3: S3Client, bucket: string, owner: OwnerId) {
  const object = await findObject(s3, bucket, usageKey(owner));
  return (
    object && { usage: Usage.parse(JSON.parse(await readText(object))), etag: object.ETag ?? "" }
  );
}
