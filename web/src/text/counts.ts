/** "1 file", "12 files" */
export const countFiles = (count: number) => (count === 1 ? "1 file" : `${count} files`);

/** At most five sentences, and how many more there would be. */
export function shortenList(sentences: readonly string[]): readonly string[] {
  const shown = sentences.length > 6 ? sentences.slice(0, 5) : sentences;
  const rest = sentences.length - shown.length;
  return rest > 0 ? [...shown, `And ${rest} more.`] : shown;
}
