import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { z } from "zod";
import { UserError } from "../deployed/user-error.ts";
import { createAgainCommand } from "./again.ts";
import { createConvertCommand } from "./convert.ts";
import { EXIT, readExitCode } from "./exit-codes.ts";
import { createFeedCommand } from "./feed.ts";
import { createRedriveCommand } from "./redrive.ts";
import { createSettingsCommand } from "./settings.ts";
import { createSplitCommand } from "./split.ts";
import { createUsersCommand } from "./users.ts";

const Package = z.object({ version: z.string() });
const { version } = Package.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")),
);

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => interruption.abort());
}
const { signal } = interruption;

const program = new Command("tapedeck")
  .description("Turns videos into MP3s on a Tapedeck stack.")
  .version(version)
  .addCommand(createConvertCommand(signal))
  .addCommand(createAgainCommand(signal))
  .addCommand(createSplitCommand(signal))
  .addCommand(createSettingsCommand(signal))
  .addCommand(createFeedCommand(signal))
  .addCommand(createUsersCommand())
  .addCommand(createRedriveCommand());
for (const command of [
  program,
  ...program.commands,
  ...program.commands.flatMap((c) => c.commands),
]) {
  command.exitOverride();
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = readExitCode(error, signal);
  if (signal.aborted) console.error("\nInterrupted. Run the same command again to continue.");
  // Commander has already printed what is wrong.
  else if (!(error instanceof CommanderError)) {
    const isExpected = error instanceof UserError || process.exitCode !== EXIT.unexpected;
    console.error(isExpected && error instanceof Error ? error.message : error);
  }
}
