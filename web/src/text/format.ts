const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** Decimal units, as file managers and S3 show them: "1.2 GB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

const twoDigits = (value: number) => String(value).padStart(2, "0");

/** As on a player: "3:07", "1:02:03". */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Rough on purpose: a number that jumps about is worse than none. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 8) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  const minutes = Math.round(seconds / 60);
  if (minutes <= 1) return "about a minute left";
  if (minutes < 90) return `about ${minutes} minutes left`;
  return `about ${Math.round(minutes / 60)} hours left`;
}

/** Whole percents that reach 100 only at the end. */
export const formatPercent = (fraction: number) => `${Math.floor(Math.min(1, fraction) * 100)}%`;

const DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const TIME = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });

/** In the reader's time zone: "9:41 AM" for today, "Nov 16", or "Nov 16, 2025" for another year. */
export function formatDay(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) return TIME.format(date);
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(date);
}

/**
 * Seconds of "90", "1:30", "1:02:03" or "0:12.5"; undefined for an empty field and "invalid" for
 * anything else.
 */
export function parseTime(text: string): number | undefined | "invalid" {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return undefined;
  if (!/^(\d+:)?(\d{1,3}:)?\d+(\.\d+)?$/.test(trimmed)) return "invalid";
  return trimmed.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
