const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** Formats a size in decimal units, as file managers and S3 do: "1.2 GB". */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Formats a duration as "1:02:03" or "4:05". */
export function formatDuration(durationSeconds: number): string {
  const seconds = Math.round(durationSeconds);
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = `${hours ? twoDigits(minutes) : minutes}:${twoDigits(seconds % 60)}`;
  return hours ? `${hours}:${tail}` : tail;
}

/** Removes the extension: "talk.final.mp4" becomes "talk.final". */
export const dropExtension = (fileName: string) => fileName.replace(/(?<=.)\.[^.]{1,8}$/, "");

/**
 * Reads "90", "1:30", "1:02:03" or "0:12.5" as seconds, also in Arabic digits or as wide as Japanese
 * keyboards write them. Minutes and seconds after a colon must be below 60.
 *
 * @returns undefined for an empty text, and "invalid" for anything else that isn't a time.
 */
export function parseTime(text: string): number | undefined | "invalid" {
  const trimmed = toAsciiDigits(text).trim().replace(/[,٫]/, ".");
  if (trimmed === "") return undefined;
  if (!/^(\d+|\d+:[0-5]?\d|\d+:[0-5]?\d:[0-5]?\d)(\.\d+)?$/.test(trimmed)) return "invalid";
  return trimmed.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** The digits of Arabic, of Persian, and the wide ones of East Asia. */
const toAsciiDigits = (text: string) =>
  text
    .normalize("NFKC")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
