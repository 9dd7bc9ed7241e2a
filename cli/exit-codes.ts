import { CommanderError } from "commander";
import { ApiError, NetworkError } from "../client/errors.ts";
import { StepError } from "../client/node/steps.ts";

export const EXIT = {
  unexpected: 1,
  usage: 2,
  signIn: 3,
  upload: 4,
  conversion: 5,
  download: 6,
  unreachable: 7,
  interrupted: 130,
} as const;

/** Ends the program, or the work on one video, with a sentence and an exit code. */
export class Stop extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Returns the exit code for an error. */
export function readExitCode(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return EXIT.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof Stop) return error.exitCode;
  const cause = error instanceof StepError ? error.cause : error;
  if (cause instanceof ApiError && cause.status === 401) return EXIT.signIn;
  if (cause instanceof NetworkError && !(error instanceof StepError)) return EXIT.unreachable;
  if (error instanceof StepError) return EXIT[error.step];
  return EXIT.unexpected;
}
