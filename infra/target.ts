import { z } from "zod";
import type { AwsTarget } from "./stage.ts";
import { DEFAULT_STAGE } from "./stage-name.ts";

const DAYS_A_MESSAGE_CAN_BE_REDRIVEN = 14;

/** What a deployment may change, whatever it runs on. Numbers only: see {@link readNumber}. */
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
  /** Unless set, one less than `converterConcurrency`, so that one is free for whoever comes next. */
  conversionsPerUser: z.int().min(1).max(1000).optional().meta({
    description: "Videos of one user that are converted at the same time",
  }),
  /** 1,769 MiB is one vCPU; 3,008 MiB is the most that a new AWS account may ask for. */
  converterMemoryMiB: z.int().min(512).max(10_240).default(3008),
  /** Lambda's own minimum for an SQS source is 2; a new account runs 10 functions at once. */
  converterConcurrency: z.int().min(2).max(1000).default(3),
});

const LocalTarget = Limits.extend({
  kind: z.literal("local"),
  stage: z.literal(DEFAULT_STAGE).default(DEFAULT_STAGE),
  sender: z.email().default("tapedeck@localhost.example"),
  /** The emulator, as the functions reach it. */
  endpointUrl: z.url().default("http://127.0.0.1:4566"),
  /** The emulator, as browsers and tools reach it: the API, the page and presigned URLs. */
  publicEndpoint: z.url().optional(),
  pageOrigin: z.url().optional(),
  databaseUrl: z.url().default("postgres://tapedeck@127.0.0.1:5432/tapedeck"),
  ffmpegPath: z.string().default("ffmpeg"),
}).transform(({ endpointUrl, publicEndpoint = endpointUrl, pageOrigin, ...target }) => ({
  ...target,
  endpointUrl: endpointUrl.replace(/\/+$/, ""),
  publicEndpoint: publicEndpoint.replace(/\/+$/, ""),
  pageOrigin: pageOrigin ?? new URL(publicEndpoint).origin,
}));
export type LocalTarget = z.infer<typeof LocalTarget>;

/** Where the stack is deployed, and with which settings. Nothing else tells aws from local. */
export type Target = AwsTarget | LocalTarget;

/**
 * An emulator needs no settings. Limits come from the CDK's context (`-c resultRetentionDays=7`)
 * and what the start script finds out on the developer's machine from the environment.
 * Throws an error whose message names each setting that is wrong.
 */
export function readLocalTarget(
  context: (name: string) => unknown,
  environment: Readonly<Record<string, string | undefined>>,
): LocalTarget {
  const limits = Object.keys(Limits.shape).map((key) => [key, readNumber(context(key))]);
  const parsed = LocalTarget.safeParse({
    kind: "local",
    ...Object.fromEntries(limits),
    sender: context("sender"),
    endpointUrl: environment.AWS_ENDPOINT_URL,
    publicEndpoint: environment.TAPEDECK_PUBLIC_ENDPOINT,
    pageOrigin: environment.TAPEDECK_PAGE_ORIGIN,
    databaseUrl: environment.DATABASE_URL,
    ffmpegPath: environment.TAPEDECK_FFMPEG_PATH,
  });
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

/** The CDK passes context as text. */
const readNumber = (value: unknown) =>
  typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;

/** A source that is in a DLQ must outlive its message, or a redrive finds nothing to convert. */
export const UNFINISHED_SOURCE_RETENTION_DAYS = DAYS_A_MESSAGE_CAN_BE_REDRIVEN + 1;
export const DLQ_RETENTION_DAYS = DAYS_A_MESSAGE_CAN_BE_REDRIVEN;
