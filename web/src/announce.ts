import { signal } from "@preact/signals";
import { say } from "./texts/current.ts";
import type { Text } from "./texts/text.ts";

/** The text that screen readers announce, in the page's one polite live region. */
export const announcement = signal("");

export function announce(what: Text) {
  const text = say(what);
  // A live region doesn't announce the same text twice, because it hasn't changed.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}
