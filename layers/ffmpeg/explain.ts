/** What was thrown, as a clause for a sentence of ours. */
export const explain = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
