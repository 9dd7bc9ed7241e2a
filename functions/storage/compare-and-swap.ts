import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { z } from "zod";
import { Refusal } from "../runtime/errors.ts";
import { isConcurrent, isConflict, isMissing } from "../runtime/s3-errors.ts";
import { findObject, readText } from "../runtime/s3-objects.ts";

/**
 * Requests of one user that collide are repeated. After this many collisions, a request is refused, and
 * the client comes back later.
 */
const ATTEMPTS = 10;
const BACKOFF_MILLISECONDS = 50;

/**
 * Changes one JSON object by compare-and-swap on its ETag, as job records are changed. `change` may run
 * several times, and gets undefined if there is no object. What it returns unchanged isn't written.
 *
 * @returns the object as it is then
 * @throws Refusal if others changed it each time
 */
export async function changeObject<T, Changed extends T>(
  s3: S3Client,
  { bucket, key, schema }: { bucket: string; key: string; schema: z.ZodType<T> },
  change: (stored: T | undefined) => Changed | Promise<Changed>,
): Promise<Changed> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const object = await findObject(s3, bucket, key);
    const stored = object && schema.parse(JSON.parse(await readText(object)));
    const changed = await change(stored);
    if (changed === stored) return changed;
    const condition = object ? { IfMatch: object.ETag ?? "" } : { IfNoneMatch: "*" };
    const Body = JSON.stringify(schema.parse(changed));
    try {
      const put = { Bucket: bucket, Key: key, ContentType: "application/json" };
      await s3.send(new PutObjectCommand({ ...put, Body, ...condition }));
      return changed;
    } catch (error) {
      if (!isConflict(error) && !isConcurrent(error) && !isMissing(error)) throw error;
      await sleep(BACKOFF_MILLISECONDS * attempt * Math.random());
    }
  }
  throw new Refusal(
    "rate-limited",
    "too-many-at-once",
    "You asked for many things at the same moment. Please try again in a second.",
    { retryAfterSeconds: 1 },
  );
}
