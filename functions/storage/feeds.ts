import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { FeedSecret } from "../../contract/feed.ts";
import type { OwnerId } from "../../contract/job.ts";
import { createS3UserRecords, type UserRecords } from "./user-records.ts";

/**
 * The record of a user's podcast feed. It holds a digest, so whoever reads the bucket can't open
 * the feed. Nobody can search 256 random bits, so the digest needs no salt and no slow hash.
 */
const Feed = z.object({
  secretDigest: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.iso.datetime(),
});
type Feed = z.infer<typeof Feed>;

/** At most one feed for each user. */
export type FeedStore = UserRecords<Feed>;

export const createS3FeedStore = (s3: S3Client, bucket: string): FeedStore =>
  createS3UserRecords(s3, bucket, "feeds", Feed);

const digestSecret = (secret: FeedSecret) => createHash("sha256").update(secret).digest();

/** Creates the user's feed, or replaces its secret. Only the caller ever learns the secret. */
export async function createFeed(
  feeds: FeedStore,
  owner: OwnerId,
): Promise<{ secret: FeedSecret; createdAt: string }> {
  const secret = FeedSecret.parse(`${owner}.${randomBytes(32).toString("base64url")}`);
  const createdAt = new Date().toISOString();
  await feeds.write(owner, { secretDigest: digestSecret(secret).toString("hex"), createdAt });
  return { secret, createdAt };
}

/** @returns whose feed the secret opens, or undefined if it opens none. */
export async function findFeedOwner(
  feeds: FeedStore,
  secret: FeedSecret,
): Promise<OwnerId | undefined> {
  const [owner = ""] = secret.split(".");
  const feed = await feeds.read(owner);
  if (!feed) return undefined;
  const stored = Buffer.from(feed.secretDigest, "hex");
  return timingSafeEqual(stored, digestSecret(secret)) ? owner : undefined;
}
