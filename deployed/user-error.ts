/** Something that the user can put right. The message says how. */
export class UserError extends Error {
  override name = "UserError";
}

/** Prints a {@link UserError} as its sentence, and any other error with its stack. */
export function reportError(error: unknown): void {
  if (error instanceof UserError) console.error(`\n${error.message}`);
  else console.error(error);
}
