import type { FeedStore } from "../../functions/storage/feeds.ts";

type Feed = NonNullable<Awaited<ReturnType<FeedStore["read"]>>>;

/** Feeds in a map, by user. */
export function createMemoryFeeds(): FeedStore {
  const feeds = new Map<string, Feed>();
  return {
    read: async (owner) => feeds.get(owner),
    write: async (owner, feed) => {
      feeds.set(owner, feed);
    },
    delete: async (owner) => {
      feeds.delete(owner);
    },
  };
}
