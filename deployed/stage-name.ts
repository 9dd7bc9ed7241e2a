import { z } from "zod";

export const DEFAULT_STAGE = "prod";

/**
 * Part of the buckets' names, which may have 63 characters. With the longest region, 15 are left.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const StageName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$/,
    "A stage's name has at most 15 characters: lower-case letters, digits and hyphens, with a letter first and no hyphen last.",
  );

/**
 * Returns the name of a stage's stack. Every name that a stack gives contains it, so stages can
 * share an account and region.
 */
export const stackNameOf = (stage: string) =>
  stage === DEFAULT_STAGE ? "Tapedeck" : `Tapedeck-${stage}`;
