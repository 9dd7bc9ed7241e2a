import { z } from "zod";
import { JobView as ContractJobView } from "../contract/api.ts";
import { ConversionOptions, Incomplete } from "../contract/conversion.ts";
import { JobResult } from "../contract/job.ts";
import { Settings as ContractSettings } from "../contract/settings.ts";
import { toDisplayText } from "../contract/text.ts";

/** Names and titles come from files that anyone may have written. */
const DisplayText = z.string().overwrite(toDisplayText);

/**
 * A job as the API shows it. This accepts more than the contract does, because a page that stayed
 * open, or an older command, must still understand a newer API with more qualities and failures.
 */
export const JobView = ContractJobView.extend({
  fileName: DisplayText,
  options: z.object({ ...ConversionOptions.shape, quality: z.string() }),
  result: JobResult.extend({
    title: DisplayText,
    chapters: z.array(z.object({ startSeconds: z.number(), title: DisplayText })).optional(),
    incomplete: Incomplete.extend({ reason: z.string(), message: z.string() }).optional(),
    notes: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  }).optional(),
  failure: z
    .object({ code: z.string(), fileKind: z.string().optional(), message: z.string() })
    .optional(),
});
export type JobView = z.infer<typeof JobView>;

export const JobList = z.object({ jobs: z.array(JobView), nextCursor: z.string().optional() });
export type JobList = z.infer<typeof JobList>;

/** A newer API may know more languages, too. */
export const Settings = ContractSettings.extend({ language: z.string().optional() });

export const isFinished = ({ state }: Pick<JobView, "state">) =>
  state === "completed" || state === "failed";

/** Lists sentences for the user about a finished job, besides its outcome. */
export const listNotes = ({ result, emailFailure }: JobView): string[] =>
  [result?.incomplete, ...(result?.notes ?? []), emailFailure].flatMap(
    (note) => note?.message ?? [],
  );
