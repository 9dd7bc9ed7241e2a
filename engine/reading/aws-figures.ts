/** The converter's memory, unless the stage sets another. A new AWS account can't have more. */
export const DEFAULT_MEMORY_MIB = 3008;

/** The prices and speeds of Lambda and S3 that the code calculates with. */
export const AWS_FIGURES = {
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  dollarsPerGbSecond: 0.0000133334,
  /** https://aws.amazon.com/s3/pricing/ */
  dollarsPerGet: 0.0004 / 1000,
  /** A function's bandwidth. docs/engine.md has measurements of 400 to 700 Mbit/s. */
  bytesPerSecond: 75e6,
  /** The time from a GET to its first byte. */
  requestSeconds: 0.03,
} as const;

/** Returns what a second of this function costs. Outside Lambda, assumes the default memory. */
export function priceFunctionSecond(
  memoryMiB = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? DEFAULT_MEMORY_MIB),
): number {
  return (memoryMiB / 1024) * AWS_FIGURES.dollarsPerGbSecond;
}
