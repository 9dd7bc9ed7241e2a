import { z } from "zod";

/**
 * Which emails a user gets: one for each job, one for jobs that end close together, those about
 * failures, or none.
 */
const EmailChoice = z.enum(["each", "digest", "failures", "none"]);

/** What a user has chosen for all jobs. */
export const Settings = z
  .strictObject({
    emails: EmailChoice.default("each").meta({
      description: "digest: one email for jobs that end close together",
    }),
  })
  .meta({ id: "Settings" });
export type Settings = z.infer<typeof Settings>;
