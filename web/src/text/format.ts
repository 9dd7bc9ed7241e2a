/** Formats the time left, rounded on purpose: a number that jumps is worse than none. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 8) return "a few seconds left";
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  const minutes = Math.round(seconds / 60);
  if (minutes <= 1) return "about a minute left";
  if (minutes < 90) return `about ${minutes} minutes left`;
  return `about ${Math.round(minutes / 60)} hours left`;
}

/** Formats whole percents, which reach 100 only at the end. */
export const formatPercent = (fraction: number) => `${Math.floor(Math.min(1, fraction) * 100)}%`;

/**
 * In the reader's time zone and language: the time for today ("9:41 AM"), the day ("Nov 16") or, for
 * another year, the whole date ("Nov 16, 2025").
 *
 * @param locales the browser's, unless given.
 */
export function formatDay(iso: string, now = new Date(), locales?: string): string {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) {
    return date.toLocaleTimeString(locales, { hour: "numeric", minute: "2-digit" });
  }
  const isThisYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(locales, {
    day: "numeric",
    month: "short",
    ...(!isThisYear && { year: "numeric" }),
  });
}
