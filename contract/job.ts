import { z } from "zod";

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

export const JobResult = z.object({
  sizeBytes: z.int().positive(),
  durationSeconds: z.number().positive(),
  title: z.string(),
});
export type JobResult = z.infer<typeof JobResult>;
