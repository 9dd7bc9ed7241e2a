import { z } from "zod";
import { JobId } from "./job.ts";

/** The user's id, which finds the feed's record, and 256 random bits in base64url. */
export const FeedSecret = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[A-Za-z0-9_-]{43}$/, "must be all of it")
  .meta({ description: "From the feed's URL" });
export type FeedSecret = z.infer<typeof FeedSecret>;

export const FeedQuery = z.strictObject({ token: FeedSecret });
export const EpisodeQuery = z.strictObject({ token: FeedSecret, id: JobId });

/** What can be shown of a feed: its URL was answered once. */
export const FeedStatus = z
  .object({
    createdAt: z.iso.datetime().nullable().meta({ description: "null: you have no feed" }),
  })
  .meta({ id: "FeedStatus" });
export type FeedStatus = z.infer<typeof FeedStatus>;

export const CreatedFeed = z
  .object({
    url: z.url().meta({ description: "Keep it secret. It can't be read again" }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "CreatedFeed" });
export type CreatedFeed = z.infer<typeof CreatedFeed>;
