/** A change of a release's text. */
export interface Edit {
  /** Relative to the folder of the release that is edited. */
  file: string;
  /** The text from here on... */
  from: string;
  /** ...to before here, each found by its first occurrence after the last edit's place, */
  until: string;
  /** becomes this. */
  becomes: string;
}

/** One file's text with its edits made in their order; throws where one doesn't find its place. */
export function editSource(edits: readonly Edit[], file: string, text: string): string {
  let done = "";
  let rest = text;
  for (const edit of edits.filter((candidate) => candidate.file === file)) {
    const start = rest.indexOf(edit.from);
    const end = rest.indexOf(edit.until, start);
    if (start < 0 || end < 0) throw new Error(`${file} isn't the pinned release's: ${edit.from}`);
    done += rest.slice(0, start) + edit.becomes;
    rest = rest.slice(end);
  }
  return done + rest;
}
