/** Memory of the converter unless the stage sets another: the most that a new account may ask for. */
export const DEFAULT_MEMORY_MIB = 3008;

/** What Lambda and S3 cost and do, wherever the code counts with it. */
export const AWS_FIGURES = {
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  dollarsPerGbSecond: 0.0000133334,
  /** https://aws.amazon.com/s3/pricing/ */
  dollarsPerGet: 0.0004 / 1000,
  /** A function's bandwidth: 400 to 700 Mbit/s were measured (docs/engine.md). */
  bytesPerSecond: 75e6,
  /** From a GET to its first byte. */
  requestSeconds: 0.03,
} as const;

/** Returns what a second of this function costs; elsewhere, of one with the default memory. */
export function priceFunctionSecond(
  memoryMiB = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? DEFAULT_MEMORY_MIB),
): number {
  return (memoryMiB / 1024) * AWS_FIGURES.dollarsPerGbSecond;
}
