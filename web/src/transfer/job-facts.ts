import type { JobView } from "../../../client/answers.ts";
import { toDisplayText } from "../../../contract/text.ts";

/** Returns the name that the user chose for the MP3, or else the video's name. */
export function nameJob({ fileName, options }: Pick<JobView, "fileName" | "options">): string {
  const chosen = toDisplayText(options.tags?.fileName ?? "");
  return chosen ? `${chosen}.mp3` : fileName;
}

/** Returns whether a job's source is certainly still kept. */
export const canConvertAgain = ({ sourceExpiresAt }: JobView): boolean =>
  sourceExpiresAt !== undefined && Date.parse(sourceExpiresAt) > Date.now();
