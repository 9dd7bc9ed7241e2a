import { z } from "zod";

const DAYS_A_MESSAGE_CAN_BE_REDRIVEN = 14;

/** What a deployment may change, whatever it runs on. The CDK passes context as strings. */
const Limits = z.object({
  sourceRetentionDays: z.coerce.number().int().min(1).default(1).meta({
    description: "Days a source is kept after its conversion has finished",
  }),
  resultRetentionDays: z.coerce.number().int().min(1).default(30).meta({
    description: "Days an MP3 is kept",
  }),
  /** S3's own limit is 10,000 parts of 5 GiB; two hours of camera footage are about 50 GiB. */
  maxSourceBytes: z.coerce
    .number()
    .int()
    .positive()
    .max(10_000 * 5 * 1024 ** 3)
    .default(50 * 1024 ** 3),
  /** 1,769 MiB is one vCPU; 3,008 MiB is the most that a new AWS account may ask for. */
  converterMemoryMiB: z.coerce.number().int().min(512).max(10_240).default(3008),
  /** Lambda's own minimum for an SQS source is 2. */
  converterConcurrency: z.coerce.number().int().min(2).max(1000).default(5),
});

const AwsTarget = Limits.extend({
  kind: z.literal("aws"),
  sender: z.email(
    "An address that the emails come from is required: pass -c sender=tapedeck@example.org",
  ),
  alarmEmail: z.email().optional(),
  /** Keeps the users' database and the results when the stack is deleted. */
  deletionProtection: z.stringbool().default(true),
});
export type AwsTarget = z.infer<typeof AwsTarget>;

const LocalTarget = Limits.extend({
  kind: z.literal("local"),
  sender: z.email().default("tapedeck@localhost.example"),
  /** The emulator, as the functions reach it. */
  endpointUrl: z.url().default("http://127.0.0.1:4566"),
  /** The emulator's S3, as the user's machine reaches it; differs where functions run in containers. */
  publicS3Endpoint: z.url().optional(),
  pageOrigin: z.url().optional(),
  databaseUrl: z.url().default("postgres://tapedeck@127.0.0.1:5432/tapedeck"),
  ffmpegPath: z.string().default("ffmpeg"),
}).transform(({ publicS3Endpoint, pageOrigin, ...target }) => ({
  ...target,
  publicS3Endpoint: publicS3Endpoint ?? target.endpointUrl,
  pageOrigin: pageOrigin ?? new URL(publicS3Endpoint ?? target.endpointUrl).origin,
}));
export type LocalTarget = z.infer<typeof LocalTarget>;

/** Where the stack is deployed, and with which settings. Nothing else tells aws from local. */
export type Target = AwsTarget | LocalTarget;

/**
 * Reads the target from the CDK's context (`-c target=aws -c sender=…`) and, for what the start
 * script finds out on the developer's machine, from the environment.
 * Throws an error whose message names each setting that is missing or wrong.
 */
export function readTarget(
  context: (name: string) => unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Target {
  const limits = readKeys(Object.keys(Limits.shape), context);
  const kind = context("target");
  if (kind === "aws") {
    const keys = ["sender", "alarmEmail", "deletionProtection"];
    return parse(AwsTarget, { kind, ...limits, ...readKeys(keys, context) });
  }
  if (kind === "local") {
    return parse(LocalTarget, {
      kind,
      ...limits,
      ...readKeys(["sender"], context),
      endpointUrl: environment.AWS_ENDPOINT_URL,
      publicS3Endpoint: environment.TAPEDECK_PUBLIC_S3_ENDPOINT,
      pageOrigin: environment.TAPEDECK_PAGE_ORIGIN,
      databaseUrl: environment.TAPEDECK_DATABASE_URL,
      ffmpegPath: environment.TAPEDECK_FFMPEG_PATH,
    });
  }
  throw new Error("Say what to deploy to: pass -c target=aws or -c target=local");
}

/** A source that is in a DLQ must outlive its message, or a redrive finds nothing to convert. */
export const UNFINISHED_SOURCE_RETENTION_DAYS = DAYS_A_MESSAGE_CAN_BE_REDRIVEN + 1;
export const DLQ_RETENTION_DAYS = DAYS_A_MESSAGE_CAN_BE_REDRIVEN;

function readKeys(keys: string[], context: (name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, context(key)]));
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}
