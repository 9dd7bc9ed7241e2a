import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";

/** What the build wrote to `path`. Throws a sentence that says how to build it if it isn't there. */
export function readBuiltCode(buildDirectory: string, ...path: string[]): AssetCode {
  const directory = join(buildDirectory, ...path);
  if (!existsSync(directory)) {
    throw new Error(`${directory} is missing: run "npm run build" first.`);
  }
  return Code.fromAsset(directory);
}
