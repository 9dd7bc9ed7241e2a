import {
  type CreatedFeed,
  EpisodeQuery,
  FeedQuery,
  type FeedSecret,
  type FeedStatus,
} from "../../contract/feed.ts";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { Refusal } from "../runtime/errors.ts";
import { parseInput, type Routes } from "../runtime/http.ts";
import { logger } from "../runtime/observability.ts";
import type { ReadRevocations } from "../runtime/revocations.ts";
import { authenticate, type Tokens } from "../runtime/tokens.ts";
import { createFeed, type FeedStore, findFeedOwner } from "../storage/feeds.ts";
import { expireResult } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import { feedUrl, writeRss } from "./rss.ts";

/** Also the longest page of jobs. */
const MAX_EPISODES = 100;

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  feeds: FeedStore;
  readRevocations: ReadRevocations;
  resultRetentionDays: number;
  apiUrl: string;
  pageUrl: string;
  /** @throws Refusal if the job has no MP3. */
  presignDownload(owner: OwnerId, jobId: JobId): Promise<{ url: string }>;
}

/** The private podcast feed: its owner's routes, and those of the player that has its URL. */
export const createFeedRoutes = ({
  jobs,
  tokens,
  feeds,
  readRevocations,
  resultRetentionDays,
  apiUrl,
  pageUrl,
  presignDownload,
}: Deps): Routes => {
  /** @throws Refusal `not-found`, the same for a revoked feed as for one that never existed. */
  async function openFeed(secret: FeedSecret): Promise<OwnerId> {
    const owner = await findFeedOwner(feeds, secret);
    if (owner === undefined || (await readRevocations()).disabled.includes(owner)) {
      throw new Refusal("not-found", "no-such-feed", "There is no feed at this address any more.");
    }
    return owner;
  }

  return {
    "POST /feed": async (request) => {
      const { sub } = await authenticate(tokens, request);
      const { secret, createdAt } = await createFeed(feeds, sub);
      const body: CreatedFeed = { url: feedUrl(apiUrl, secret), createdAt };
      return { status: 201, body };
    },

    "GET /feed": async (request) => {
      const { sub } = await authenticate(tokens, request);
      const body: FeedStatus = { createdAt: (await feeds.read(sub))?.createdAt ?? null };
      return { status: 200, body };
    },

    "DELETE /feed": async (request) => {
      const { sub } = await authenticate(tokens, request);
      await feeds.delete(sub);
      return { status: 204 };
    },

    "GET /feed/rss.xml": async (request) => {
      const { token: secret } = parseInput(FeedQuery, request.query);
      const owner = await openFeed(secret);
      const page = await jobs.list(owner, { limit: MAX_EPISODES });
      const now = new Date();
      const kept = page.jobs.filter((job) => expireResult(job, resultRetentionDays) > now);
      return {
        status: 200,
        headers: {
          "content-type": "application/rss+xml; charset=utf-8",
          "cache-control": "private, no-store",
        },
        text: writeRss({ owner, secret, apiUrl, pageUrl, jobs: kept }),
      };
    },

    "GET /feed/episode.mp3": async (request) => {
      const { token, id } = parseInput(EpisodeQuery, request.query);
      const { url } = await presignDownload(await openFeed(token), id);
      logger.info("episode handed out", { jobId: id });
      return { status: 302, headers: { location: url, "cache-control": "private, no-store" } };
    },
  };
};
