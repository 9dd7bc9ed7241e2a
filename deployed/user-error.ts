/** Something the person at the keyboard can put right; the message says how, in one sentence. */
export class UserError extends Error {
  override name = "UserError";
}

/** Prints a {@link UserError} as its sentence and anything else with its stack. */
export function reportError(error: unknown): void {
  if (error instanceof UserError) console.error(`\n${error.message}`);
  else console.error(error);
}
