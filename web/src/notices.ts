import { signal } from "@preact/signals";
import { announce } from "./announce.ts";

/** What the page has to say about files that were left out; stays until it is dismissed. */
export const notices = signal<readonly string[]>([]);

/** Shows `texts` in the place of earlier ones, and has screen readers say them. */
export function showNotices(texts: readonly string[]) {
  notices.value = texts;
  if (texts.length > 0) announce(texts.join(" "));
}
