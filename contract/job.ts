import { z } from "zod";
import { Incomplete, MAX_PIECES, NoteCode } from "./conversion.ts";
import { shortenText, type TextLimits } from "./text.ts";

/** Sorts newest first, which reverses the order of a ULID. Crockford base 32, like a ULID. */
export const JobId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "Sorts newest first" });
export type JobId = z.infer<typeof JobId>;

export const OwnerId = z.uuid().meta({ description: "The id of the user who owns the job" });
export type OwnerId = z.infer<typeof OwnerId>;

/** A job only moves forward: awaiting-upload → converting → completed | failed. */
export const JobState = z.enum(["awaiting-upload", "converting", "completed", "failed"]);
export type JobState = z.infer<typeof JobState>;

/** A text that is shortened whenever it is parsed: before a record is written, and when it is read. */
export const limitText = (limits: TextLimits) =>
  z.string().overwrite((text) => shortenText(text, limits));

/**
 * Far above any real title. A tag can be megabytes long, and every listing and email contains the
 * title.
 */
export const TITLE_LIMITS = { maxGraphemes: 200, maxBytes: 800 };

/** Short enough for all chapters of a long video to fit into an answer many times over. */
const CHAPTER_TITLE_LIMITS = { maxGraphemes: 100, maxBytes: 200 };

export const JobResult = z.object({
  sizeBytes: z.int().positive(),
  durationSeconds: z.number().positive(),
  title: limitText(TITLE_LIMITS),
  incomplete: Incomplete.optional(),
  notes: z
    .array(z.object({ code: NoteCode }))
    .max(NoteCode.options.length)
    .optional()
    .meta({ description: "What was done with the audio that its user may not expect" }),
  chapters: z
    .array(
      z.object({ startSeconds: z.number().nonnegative(), title: limitText(CHAPTER_TITLE_LIMITS) }),
    )
    .max(MAX_PIECES)
    .optional()
    .meta({
      description: "Where the MP3's chapters begin in the source; lists of jobs leave them out",
    }),
});
export type JobResult = z.infer<typeof JobResult>;
