import { z } from "zod";
import { LANGUAGES, type Language as LanguageCode } from "./texts/languages.ts";

/**
 * Which emails a user gets: one for each job, one for jobs that end close together, those about
 * failures, or none.
 */
const EmailChoice = z
  .enum(["each", "digest", "failures", "none"])
  .meta({ description: "digest: one email for jobs that end close together" });

export const Language = z
  .enum(Object.keys(LANGUAGES) as [LanguageCode, ...LanguageCode[]])
  .meta({ description: "What emails, and the pages that their links open, are written in" });

/** What a user has chosen for all jobs. */
export const Settings = z
  .object({
    emails: EmailChoice.default("each"),
    language: Language.optional().meta({ description: "English, if it was never said" }),
  })
  .meta({ id: "Settings" });
export type Settings = z.infer<typeof Settings>;

/** What is to change; what isn't named stays. */
export const SettingsChange = z
  .strictObject({ emails: EmailChoice.optional(), language: Language.optional() })
  .meta({ id: "SettingsChange" });
export type SettingsChange = z.infer<typeof SettingsChange>;
