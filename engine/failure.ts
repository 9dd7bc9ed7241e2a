import type { FailureCode } from "../contract/conversion.ts";
import type { FileKind } from "../contract/file-kind.ts";

/** A permanent failure on its way to the outcome. The message is for the log: no names, no tags. */
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

/** The track that was tried can't be converted; one of the file's other audio tracks may be. */
export class UnusableTrack extends Failure {
  override name = "UnusableTrack";
  readonly trackCount: number;

  constructor({ code, message }: Failure, trackCount: number) {
    super(code, message);
    this.trackCount = trackCount;
  }
}

/**
 * The world outside the file failed: the source can't be read, the sink refuses, ffmpeg is missing or
 * was killed. A later try may succeed.
 */
export class OutsideFault extends Error {
  override name = "OutsideFault";
}

/** Errors of the operating system (no memory, no file descriptor, no port) name the call that failed. */
const isSystemError = (error: unknown) => error instanceof Error && "syscall" in error;

/** A read beyond a table's end: the file contradicts itself. */
const isCutTable = (error: unknown) => error instanceof RangeError;

/**
 * The one place that decides whether a later try may succeed: only a fault outside the file is
 * thrown. The same bytes would cause any other error again, so that is a permanent failure. `cause`
 * is set where nobody expected the error, which is a fault of the engine's.
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
