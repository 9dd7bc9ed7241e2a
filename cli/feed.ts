import { Command } from "commander";
import { addConnectionOptions, type Connection, connect } from "./connect.ts";

/** `tapedeck feed`: creates, shows and revokes a user's private podcast feed. */
export function createFeedCommand(signal: AbortSignal): Command {
  const feed = new Command("feed").description("Listen to your MP3s in a podcast player.");
  const addCommand = (name: string, description: string) =>
    addConnectionOptions(feed.command(name).description(description));

  addCommand(
    "create",
    "Create your feed and print its secret address. An older address stops working.",
  ).action(async (options: Connection) => {
    const api = await connect(options, signal);
    console.log((await api.createFeed(signal)).url);
  });
  addCommand("show", "Say whether you have a feed, and since when.").action(
    async (options: Connection) => {
      const api = await connect(options, signal);
      const { createdAt } = await api.readFeed(signal);
      console.log(createdAt ? `feed: since ${createdAt}` : "feed: none");
    },
  );
  addCommand("revoke", "End your feed. Its address stops working.").action(
    async (options: Connection) => {
      const api = await connect(options, signal);
      await api.revokeFeed(signal);
      console.log("feed: none");
    },
  );
  return feed;
}
