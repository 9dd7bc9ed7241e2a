import { signal } from "@preact/signals";
import { announce } from "./announce.ts";
import type { Text } from "./texts/text.ts";

/** Sentences about files that were left out. They stay until the user dismisses them. */
export const notices = signal<readonly Text[]>([]);

/** Replaces earlier notices by `sentences`, and lets screen readers announce them. */
export function showNotices(sentences: readonly Text[]) {
  notices.value = sentences;
  if (sentences.length > 0) announce((texts) => sentences.map((say) => say(texts)).join(" "));
}
