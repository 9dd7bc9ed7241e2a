import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { OwnerId } from "../../contract/job.ts";
import { isConflict } from "./s3-errors.ts";
import { findObject, readText } from "./s3-objects.ts";

/** The users whose tokens are revoked although their signatures are valid: docs/adr/0071. */
export const Revocations = z.object({
  /** Users who may do nothing at all. */
  disabled: z.array(OwnerId),
  /** Users whose sessions from before this time have ended, in seconds since 1970. */
  sessionsFrom: z.record(OwnerId, z.int()),
});
export type Revocations = z.infer<typeof Revocations>;

export type ReadRevocations = () => Promise<Revocations>;
/** Writes what `compute` returns, and calls it again if somebody else wrote meanwhile. */
export type PublishRevocations = (compute: () => Promise<Revocations>) => Promise<void>;

const KEY = "access/revocations.json";
/** How long a disabled user can go on at most. */
const CACHE_SECONDS = 15;

async function read(s3: S3Client, bucket: string) {
  const object = await findObject(s3, bucket, KEY);
  if (!object) return undefined;
  const revocations = Revocations.parse(JSON.parse(await readText(object)));
  return { revocations, etag: object.ETag ?? "" };
}

/** Reads the list at most every {@link CACHE_SECONDS}. If S3 doesn't answer, nobody gets in. */
export function createRevocationsReader(s3: S3Client, bucket: string): ReadRevocations {
  let readAt = Number.NEGATIVE_INFINITY;
  let known: Promise<Revocations> | undefined;
  return () => {
    if (known && performance.now() - readAt < CACHE_SECONDS * 1000) return known;
    readAt = performance.now();
    const reading = read(s3, bucket).then(
      (stored) => stored?.revocations ?? { disabled: [], sessionsFrom: {} },
    );
    known = reading;
    reading.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading;
  };
}

export const createRevocationsPublisher =
  (s3: S3Client, bucket: string): PublishRevocations =>
  async (compute) => {
    for (;;) {
      const stored = await read(s3, bucket);
      const condition = stored ? { IfMatch: stored.etag } : { IfNoneMatch: "*" };
      // This comes after reading, so a write never replaces newer data with older.
      const Body = JSON.stringify(await compute());
      try {
        const object = { Bucket: bucket, Key: KEY, Body, ContentType: "application/json" };
        await s3.send(new PutObjectCommand({ ...object, ...condition }));
        return;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  };
