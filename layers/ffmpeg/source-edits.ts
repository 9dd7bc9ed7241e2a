/** A change to a release's text. */
export interface Edit {
  /** Relative to the release's folder. */
  file: string;
  /** The text from here … */
  from: string;
  /** … to just before here (the first occurrence of each after the previous edit) */
  until: string;
  /** becomes this. */
  becomes: string;
}

/** Applies a file's edits in their order. Throws if one doesn't find its place. */
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
