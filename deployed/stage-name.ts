import { z } from "zod";

export const DEFAULT_STAGE = "prod";

/**
 * Part of the buckets' names, which may have 63 characters: with the longest region that leaves 15.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const StageName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$/,
    "A stage's name has at most 15 characters: lower-case letters, digits and hyphens, with a letter first and no hyphen last.",
  );

/** Stages of one account and region differ in this, and so in every name that they give. */
export const stackNameOf = (stage: string) =>
  stage === DEFAULT_STAGE ? "Tapedeck" : `Tapedeck-${stage}`;
