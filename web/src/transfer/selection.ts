import { parseTime } from "../../../contract/format.ts";

/** The shortest piece that can be chosen by hand. */
const SHORTEST_SECONDS = 0.1;

export interface Range {
  startSeconds: number;
  endSeconds: number;
}

/** Reads the time fields as a piece of the recording; an invalid field counts as empty. */
export function readRange(
  { start, end }: { start: string; end: string },
  durationSeconds: number,
): Range {
  const startSeconds = Math.min(toSeconds(start) ?? 0, durationSeconds);
  const endSeconds = Math.min(toSeconds(end) ?? durationSeconds, durationSeconds);
  return { startSeconds, endSeconds: Math.max(startSeconds, endSeconds) };
}

/** Moves one end of a piece to `seconds`, as far as the other end and the recording allow. */
export function moveEnd(
  range: Range,
  end: keyof Range,
  seconds: number,
  durationSeconds: number,
): Range {
  return end === "startSeconds"
    ? { ...range, startSeconds: clamp(seconds, 0, range.endSeconds - SHORTEST_SECONDS) }
    : {
        ...range,
        endSeconds: clamp(seconds, range.startSeconds + SHORTEST_SECONDS, durationSeconds),
      };
}

/**
 * Formats a piece for the fields. A field is empty if the piece begins or ends with the recording.
 */
export function writeRange({ startSeconds, endSeconds }: Range, durationSeconds: number) {
  return {
    start: startSeconds <= 0 ? "" : formatTime(startSeconds),
    end: endSeconds >= durationSeconds ? "" : formatTime(endSeconds),
  };
}

/** To a tenth of a second: "1:02:03.4", "4:05" */
export function formatTime(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = `${hours ? twoDigits(minutes) : minutes}:${twoDigits(whole % 60)}`;
  const fraction = tenths % 10 ? `.${tenths % 10}` : "";
  return `${hours ? `${hours}:` : ""}${tail}${fraction}`;
}

const clamp = (value: number, low: number, high: number) =>
  Math.max(low, Math.min(value, Math.max(low, high)));

function toSeconds(text: string): number | undefined {
  const seconds = parseTime(text);
  return seconds === "invalid" ? undefined : seconds;
}
