import { z } from "zod";
import { DEFAULT_MEMORY_MIB } from "../engine/reading/aws-figures.ts";

/**
 * The settings that a deployment may change on AWS and on emulators. Only numbers: the CDK passes
 * context as text, which target.ts turns into numbers.
 */
export const Limits = z.object({
  sourceRetentionDays: z.int().min(1).default(1).meta({
    description: "Days a source is kept after its conversion has finished",
  }),
  resultRetentionDays: z.int().min(1).default(30).meta({
    description: "Days an MP3 is kept",
  }),
  /** S3's own limit is 10,000 parts of 5 GiB; two hours of camera footage are about 50 GiB. */
  maxSourceBytes: z
    .int()
    .positive()
    .max(10_000 * 5 * 1024 ** 3)
    .default(50 * 1024 ** 3),
  openJobsPerUser: z.int().min(1).max(1000).default(100).meta({
    description: "Jobs of one user that wait for their file or are being converted",
  }),
  bytesPerUserAndDay: z
    .int()
    .positive()
    .default(500 * 1000 ** 3)
    .meta({ description: "Bytes that one user may announce in a day (UTC)" }),
  minutesPerUserAndDay: z.int().positive().default(6000).meta({
    description: "Minutes of audio that one user may have converted in a day (UTC)",
  }),
  /**
   * Defaults to one less than `converterConcurrency`, so that one is free for whoever comes next.
   */
  conversionsPerUser: z.int().min(1).max(1000).optional().meta({
    description: "Videos of one user that are converted at the same time",
  }),
  /** 1,769 MiB is one vCPU; 3,008 MiB is the most that a new AWS account may ask for. */
  converterMemoryMiB: z.int().min(512).max(10_240).default(DEFAULT_MEMORY_MIB),
  /** Lambda's own minimum for an SQS source is 2; a new account runs 10 functions at once. */
  converterConcurrency: z.int().min(2).max(1000).default(3),
});
