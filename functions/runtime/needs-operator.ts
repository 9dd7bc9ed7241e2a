/**
 * What a worker can't do, however often it tries: somebody has to look at it and mend something. Its message
 * is parked, with this error's message as the reason.
 */
export class NeedsOperator extends Error {
  override readonly name: string = "NeedsOperator";
}
