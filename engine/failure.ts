import type { FailureCode } from "../contract/conversion.ts";
import type { FileKind } from "../contract/file-kind.ts";

/** A permanent failure, which becomes the outcome. The message is for the log, without names and tags. */
export class Failure extends Error {
  override name = "Failure";
  readonly code: FailureCode;
  readonly fileKind: FileKind | undefined;

  constructor(code: FailureCode, detail: string, fileKind?: FileKind) {
    super(detail);
    this.code = code;
    this.fileKind = fileKind;
  }
}

/** This track can't be converted, but another audio track of the file may be. */
export class UnusableTrack extends Failure {
  override name = "UnusableTrack";
  readonly trackCount: number;

  constructor({ code, message }: Failure, trackCount: number) {
    super(code, message);
    this.trackCount = trackCount;
  }
}

/**
 * Something other than the file failed: the source can't be read, the sink refuses, ffmpeg is missing
 * or was killed. A later try may succeed.
 */
export class OutsideFault extends Error {
  override name = "OutsideFault";
}

/** The operating system's errors (no memory, no file descriptor, no port) name the call that failed. */
const isSystemError = (error: unknown) => error instanceof Error && "syscall" in error;

/** A read beyond the end of a table means that the file contradicts itself. */
const isCutTable = (error: unknown) => error instanceof RangeError;

/**
 * Decides whether a later try may succeed. Only a fault outside the file is thrown. Any other error
 * would come again with the same bytes, so it is a permanent failure. `cause` is set if the error was
 * unexpected, which means a bug in the engine.
 */
export function toFailure(error: unknown): {
  code: FailureCode;
  detail: string;
  fileKind?: FileKind;
  cause?: Error;
} {
  if (error instanceof Failure) {
    const { code, message: detail, fileKind } = error;
    return { code, detail, ...(fileKind && { fileKind }) };
  }
  if (error instanceof OutsideFault || isSystemError(error)) throw error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const detail = `${cause.name}: ${cause.message}`;
  return { code: "damaged", detail, ...(!isCutTable(error) && { cause }) };
}
