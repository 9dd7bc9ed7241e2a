import type { ChapterMark, ConversionOptions, Quality } from "../../../contract/conversion.ts";
import { parseTime } from "../../../contract/format.ts";
import { toDisplayText } from "../../../contract/text.ts";
import type { Text } from "../texts/text.ts";
import type { TagTexts } from "./records.ts";

export interface OptionsFault {
  /** The field that has to be changed. */
  field: "start" | "end";
  sentence: Text;
}

/** Finds what is wrong with the times in the fields; undefined when they can be used. */
export function findOptionsFault(start: string, end: string): OptionsFault | undefined {
  const startSeconds = parseTime(start);
  const endSeconds = parseTime(end);
  const sentence: Text = ({ options }) => options.timeExample;
  if (startSeconds === "invalid") return { field: "start", sentence };
  if (endSeconds === "invalid") return { field: "end", sentence };
  if (endSeconds !== undefined && endSeconds <= (startSeconds ?? 0)) {
    return { field: "end", sentence: ({ options }) => options.endBeforeStart };
  }
  return undefined;
}

/** Returns the API's options for fields in which {@link findOptionsFault} finds no fault. */
export function readOptions(fields: {
  quality: Quality;
  start: string;
  end: string;
  loudness?: number | undefined;
  trimSilence?: boolean | undefined;
  acceptIncomplete?: boolean | undefined;
  audioTrack?: number | undefined;
  rightTrack?: number | undefined;
  chapters?: ChapterMark[] | undefined;
  tags?: TagTexts | undefined;
}): ConversionOptions {
  const startSeconds = parseTime(fields.start);
  const endSeconds = parseTime(fields.end);
  const tags = Object.entries(fields.tags ?? {})
    .map(([name, text]) => [name, toDisplayText(text ?? "")])
    .filter(([, text]) => text !== "");
  return {
    quality: fields.quality,
    ...(typeof startSeconds === "number" && { startSeconds }),
    ...(typeof endSeconds === "number" && { endSeconds }),
    ...(fields.loudness !== undefined && { loudness: fields.loudness }),
    ...(fields.trimSilence && { trimSilence: true }),
    ...(fields.audioTrack !== undefined && { audioTrack: fields.audioTrack }),
    ...(fields.rightTrack !== undefined && { rightTrack: fields.rightTrack }),
    ...(fields.chapters?.length && { chapters: fields.chapters }),
    ...(fields.acceptIncomplete && { acceptIncomplete: true }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
  };
}
