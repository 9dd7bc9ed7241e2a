import type { FailureCode } from "../../../contract/conversion.ts";

/** A permanent failure on its way to the outcome. The message is for the log: no names, no tags. */
export class Failure extends Error {
  override name = "Failure";
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
