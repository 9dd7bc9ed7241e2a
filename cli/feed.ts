import { Command, Option } from "commander";
import { connect } from "./connect.ts";

interface Options {
  api?: string;
  email?: string;
}

/** `tapedeck feed`: creates, shows and revokes a user's private podcast feed. */
export function createFeedCommand(signal: AbortSignal): Command {
  const feed = new Command("feed").description("Hear your MP3s in a podcast player.");
  const addCommand = (name: string, description: string) =>
    feed
      .command(name)
      .description(description)
      .addOption(
        new Option("--api <url>", "the API's address (default: the stack of npm start)").env(
          "TAPEDECK_API_URL",
        ),
      )
      .addOption(new Option("--email <address>", "who signs in").env("TAPEDECK_EMAIL"));

  addCommand("create", "Create your feed and print its secret address; an older one ends.").action(
    async (options: Options) => {
      const api = await connect(options, signal);
      console.log((await api.createFeed(signal)).url);
    },
  );
  addCommand("show", "Say whether you have a feed, and since when.").action(
    async (options: Options) => {
      const api = await connect(options, signal);
      const { createdAt } = await api.readFeed(signal);
      console.log(createdAt ? `feed: since ${createdAt}` : "feed: none");
    },
  );
  addCommand("revoke", "End your feed. Its address stops working.").action(
    async (options: Options) => {
      const api = await connect(options, signal);
      await api.revokeFeed(signal);
      console.log("feed: none");
    },
  );
  return feed;
}
