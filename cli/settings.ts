import { Command, Option } from "commander";
import { Settings } from "../contract/settings.ts";
import { addConnectionOptions, type Connection, connect } from "./connect.ts";

interface Options extends Connection {
  emails?: Settings["emails"];
}

/** `tapedeck settings`: shows what a user has chosen for all jobs, and changes it. */
export const createSettingsCommand = (signal: AbortSignal): Command =>
  addConnectionOptions(
    new Command("settings")
      .description("Show or change your settings.")
      .addOption(
        new Option(
          "--emails <which>",
          "an email for each job, a digest of jobs that end close together, failures only, or none",
        ).choices(Settings.shape.emails.unwrap().options),
      ),
  ).action(async ({ emails, ...options }: Options) => {
    const api = await connect(options, signal);
    const settings = emails
      ? await api.saveSettings({ emails }, signal)
      : await api.readSettings(signal);
    console.log(`emails: ${settings.emails}`);
  });
