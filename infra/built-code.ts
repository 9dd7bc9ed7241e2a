import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";

/**
 * Reads the build's output at `path`.
 *
 * @throws Error that says how to build it if it is missing.
 */
export function readBuiltCode(buildDirectory: string, ...path: string[]): AssetCode {
  const directory = join(buildDirectory, ...path);
  if (!existsSync(directory)) {
    throw new Error(`${directory} is missing: run "npm run build" first.`);
  }
  return Code.fromAsset(directory);
}
