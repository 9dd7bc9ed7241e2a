import { Command, Option } from "commander";
import { Language, Settings, type SettingsChange } from "../contract/settings.ts";
import { addConnectionOptions, type Connection, connect } from "./connect.ts";

type Options = Connection & SettingsChange;

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
      )
      .addOption(
        new Option("--language <which>", "the language of your emails").choices(Language.options),
      ),
  ).action(async ({ emails, language, ...options }: Options) => {
    const api = await connect(options, signal);
    const change = { ...(emails && { emails }), ...(language && { language }) };
    const settings = await (emails || language
      ? api.changeSettings(change, signal)
      : api.readSettings(signal));
    console.log(`emails: ${settings.emails}`);
    console.log(`language: ${settings.language ?? "en"}`);
  });
