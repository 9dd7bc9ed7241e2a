/** Returns what was thrown, as a clause for one of our sentences. */
export const explain = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
