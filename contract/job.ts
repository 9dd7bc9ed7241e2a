import { z } from "zod";
import { Incomplete } from "./conversion.ts";
import { shortenText, type TextLimits } from "./text.ts";

/** Newest first: the converse of a ULID's order. Crockford base 32, as ULID. */
export const JobId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "Sorts newest first" });
export type JobId = z.infer<typeof JobId>;

export const OwnerId = z.uuid().meta({ description: "The id of the user who owns the job" });
export type OwnerId = z.infer<typeof OwnerId>;

/** Forward only: awaiting-upload → converting → completed | failed. */
export const JobState = z.enum(["awaiting-upload", "converting", "completed", "failed"]);
export type JobState = z.infer<typeof JobState>;

/** A text that is shortened whenever it is parsed: before a record is written, and when it is read. */
export const limitText = (limits: TextLimits) =>
  z.string().overwrite((text) => shortenText(text, limits));

/** Far above any real title. A tag can be megabytes long, and the title is in every listing and email. */
export const TITLE_LIMITS = { maxGraphemes: 200, maxBytes: 800 };

export const JobResult = z.object({
  sizeBytes: z.int().positive(),
  durationSeconds: z.number().positive(),
  title: limitText(TITLE_LIMITS),
  incomplete: Incomplete.optional(),
});
export type JobResult = z.infer<typeof JobResult>;
