import { signal } from "@preact/signals";

/** What screen readers announce. The page has one polite live region for it. */
export const announcement = signal("");

export function announce(text: string) {
  // The same text twice is no change to a live region, and stays unsaid.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}
