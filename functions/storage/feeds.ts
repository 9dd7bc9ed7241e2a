import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { FeedSecret } from "../../contract/feed.ts";
import type { OwnerId } from "../../contract/job.ts";
import { isMissing } from "../runtime/s3-errors.ts";

/**
 * The record of a user's podcast feed. It holds a digest, so who reads the bucket can't open the
 * feed. Nobody can search 256 random bits, so the digest needs no salt and no slow hash.
 */
const Feed = z.object({
  secretDigest: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.iso.datetime(),
});
type Feed = z.infer<typeof Feed>;

/** Stores at most one feed for each user. */
export interface FeedStore {
  read(owner: OwnerId): Promise<Feed | undefined>;
  /** Replaces the feed that there was. */
  write(owner: OwnerId, feed: Feed): Promise<void>;
  /** Does nothing if there is none. */
  delete(owner: OwnerId): Promise<void>;
}

const feedKey = (owner: OwnerId) => `feeds/${owner}.json`;

/** One object a user. Whoever writes last has the say: a user changes it by hand. */
export const createS3FeedStore = (s3: S3Client, bucket: string): FeedStore => ({
  async read(owner) {
    try {
      const command = new GetObjectCommand({ Bucket: bucket, Key: feedKey(owner) });
      const { Body } = await s3.send(command);
      return Feed.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  async write(owner, feed) {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: feedKey(owner),
        Body: JSON.stringify(feed),
        ContentType: "application/json",
      }),
    );
  },

  async delete(owner) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: feedKey(owner) }));
  },
});

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
