import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { CreatedFeed, EpisodeQuery, FeedQuery, FeedStatus } from "../../../contract/feed.ts";
import {
  ANYWHERE,
  answer,
  INVALID,
  NO_SUCH_FEED,
  refusal,
  session,
  UNAUTHORIZED,
} from "../answers.ts";

export const FEED_PATHS = {
  "/feed": {
    post: {
      operationId: "createFeed",
      tags: ["Feed"],
      summary: "Create your podcast feed, or replace its URL",
      description: "Returns the URL, this once. An earlier URL stops working.",
      security: session,
      responses: { 201: answer("The feed", CreatedFeed), ...UNAUTHORIZED, ...ANYWHERE },
    },
    get: {
      operationId: "readFeed",
      tags: ["Feed"],
      summary: "Whether you have a podcast feed, and since when",
      description: "Without its URL, which is not stored.",
      security: session,
      responses: { 200: answer("The feed", FeedStatus), ...UNAUTHORIZED, ...ANYWHERE },
    },
    delete: {
      operationId: "revokeFeed",
      tags: ["Feed"],
      summary: "Revoke your podcast feed",
      description: "Its URL and its episodes' URLs stop working.",
      security: session,
      responses: {
        204: { description: "There is no feed any more" },
        ...UNAUTHORIZED,
        ...ANYWHERE,
      },
    },
  },
  "/feed/rss.xml": {
    get: {
      operationId: "readRss",
      tags: ["Feed"],
      summary: "The feed, for a podcast player",
      description: "RSS 2.0: the MP3s of your 100 newest jobs, newest first.",
      security: [],
      requestParams: { query: FeedQuery },
      responses: {
        200: {
          description: "The feed",
          content: { "application/rss+xml": { schema: z.string() } },
        },
        ...INVALID,
        ...NO_SUCH_FEED,
        ...ANYWHERE,
      },
    },
  },
  "/feed/episode.mp3": {
    get: {
      operationId: "downloadEpisode",
      tags: ["Feed"],
      summary: "The MP3 of one job, for a podcast player",
      description: "Works as long as the feed and the MP3 do.",
      security: [],
      requestParams: { query: EpisodeQuery },
      responses: {
        302: {
          description: "Redirects to a presigned S3 URL",
          headers: z.object({ Location: z.url() }),
        },
        ...INVALID,
        ...NO_SUCH_FEED,
        409: refusal("Not ready yet, or failed"),
        ...ANYWHERE,
      },
    },
  },
} satisfies ZodOpenApiPathsObject;
