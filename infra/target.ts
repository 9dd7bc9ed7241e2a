import { z } from "zod";
import { DEFAULT_STAGE } from "../deployed/stage-name.ts";
import { Limits } from "./limits.ts";
import type { AwsTarget } from "./stage.ts";

const DAYS_A_MESSAGE_CAN_BE_REDRIVEN = 14;

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

/**
 * Where the stack is deployed, and with which settings: the only difference between aws and local.
 */
export type Target = AwsTarget | LocalTarget;

/**
 * Reads the local target. An emulator needs no settings. Limits come from the CDK's context (`-c
 * resultRetentionDays=7`); what the start script finds out on the developer's machine comes from
 * the environment.
 *
 * @throws Error whose message names each wrong setting.
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
