import { signal } from "@preact/signals";
import { announce } from "./announce.ts";
import type { Text } from "./texts/text.ts";

/** What the page has to say about files that were left out; stays until it is dismissed. */
export const notices = signal<readonly Text[]>([]);

/** Shows `sentences` in the place of earlier ones, and has screen readers say them. */
export function showNotices(sentences: readonly Text[]) {
  notices.value = sentences;
  if (sentences.length > 0) announce((texts) => sentences.map((say) => say(texts)).join(" "));
}
