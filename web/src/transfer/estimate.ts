import { estimateMp3Bytes } from "../../../contract/estimate.ts";
import { parseTime } from "../../../contract/format.ts";
import type { TransferRecord } from "./records.ts";

type Selection = Pick<TransferRecord, "quality" | "start" | "end">;

/**
 * Estimates how long the MP3 will be; undefined if neither the recording's length nor a chosen end
 * is known.
 */
function estimateSeconds(
  { start, end }: Selection,
  recordingSeconds: number | undefined,
): number | undefined {
  const from = toSeconds(start) ?? 0;
  const to = Math.min(toSeconds(end) ?? Infinity, recordingSeconds ?? Infinity);
  return Number.isFinite(to) ? Math.max(0, to - from) : undefined;
}

/** Estimates the size of a selection's MP3 in bytes. */
export function estimateSelection(
  selection: Selection,
  recordingSeconds: number | undefined,
): number | undefined {
  const seconds = estimateSeconds(selection, recordingSeconds);
  return seconds === undefined ? undefined : estimateMp3Bytes(selection.quality, seconds);
}

function toSeconds(text: string): number | undefined {
  const seconds = parseTime(text);
  return seconds === "invalid" ? undefined : seconds;
}
