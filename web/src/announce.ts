import { signal } from "@preact/signals";

/** What screen readers announce. The page has one polite live region for it. */
export const announcement = signal("");

export function announce(text: string) {
  // A live region doesn't announce the same text twice, because it hasn't changed.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}
