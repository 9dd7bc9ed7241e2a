import type { ConversionOptions, Quality } from "../../../contract/conversion.ts";
import { parseTime } from "../../../contract/format.ts";

/**
 * Says what is wrong with the times in the fields.
 *
 * @returns undefined if they can be used.
 */
export function findOptionsFault(start: string, end: string): string | undefined {
  const startSeconds = parseTime(start);
  const endSeconds = parseTime(end);
  if (startSeconds === "invalid" || endSeconds === "invalid") {
    return "Write times as minutes and seconds, for example 1:30.";
  }
  if (endSeconds !== undefined && endSeconds <= (startSeconds ?? 0)) {
    return "The end must come after the start.";
  }
  return undefined;
}

/** Returns the API's options for fields in which {@link findOptionsFault} finds no fault. */
export function readOptions(fields: {
  quality: Quality;
  start: string;
  end: string;
  loudness?: number | undefined;
}): ConversionOptions {
  const startSeconds = parseTime(fields.start);
  const endSeconds = parseTime(fields.end);
  return {
    quality: fields.quality,
    ...(typeof startSeconds === "number" && { startSeconds }),
    ...(typeof endSeconds === "number" && { endSeconds }),
    ...(fields.loudness !== undefined && { loudness: fields.loudness }),
  };
}
