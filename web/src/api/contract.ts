import * as z from "zod/mini";
import type { ConversionOptions, Quality } from "../../../contract/conversion.ts";
import { toDisplayText } from "../../../contract/text.ts";

export type { ConversionOptions, Quality };

// The parser would otherwise probe `new Function`, which the content security policy reports.
z.config({ jitless: true });

/** What the page reads of the API's answers; unknown members are ignored on purpose. */
export const LoginAnswer = z.object({ token: z.string(), expiresIn: z.number() });

const QUALITIES = ["v0", "v2", "320", "192", "128"] as const satisfies readonly Quality[];

/** Names and titles come from files, which may be anybody's. */
const DisplayText = z.string().check(z.overwrite(toDisplayText));

export const JobView = z.object({
  jobId: z.string(),
  fileName: DisplayText,
  sizeBytes: z.number(),
  options: z.object({
    quality: z.enum(QUALITIES),
    startSeconds: z.optional(z.number()),
    endSeconds: z.optional(z.number()),
    loudness: z.optional(z.number()),
  }),
  state: z.enum(["awaiting-upload", "converting", "completed", "failed"]),
  createdAt: z.string(),
  updatedAt: z.string(),
  progress: z.optional(z.object({ fraction: z.number(), audioSeconds: z.number() })),
  result: z.optional(
    z.object({ sizeBytes: z.number(), durationSeconds: z.number(), title: DisplayText }),
  ),
  failure: z.optional(z.object({ code: z.string(), message: z.string() })),
  emailFailure: z.optional(z.object({ message: z.string() })),
  expiresAt: z.optional(z.string()),
});
export type JobView = z.infer<typeof JobView>;

export const JobPage = z.object({ jobs: z.array(JobView), nextCursor: z.optional(z.string()) });
export type JobPage = z.infer<typeof JobPage>;

const SingleUpload = z.object({
  kind: z.literal("single"),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type SingleUpload = z.infer<typeof SingleUpload>;

const MultipartUpload = z.object({
  kind: z.literal("multipart"),
  key: z.string(),
  partSizeBytes: z.number(),
});

export const UploadAnswer = z.object({
  jobId: z.string(),
  upload: z.discriminatedUnion("kind", [SingleUpload, MultipartUpload]),
});
export type UploadAnswer = z.infer<typeof UploadAnswer>;

export const SignAnswer = z.object({
  url: z.string(),
  headers: z.optional(z.record(z.string(), z.string())),
});
export type SignAnswer = z.infer<typeof SignAnswer>;

export const DownloadAnswer = z.object({ url: z.string(), fileName: z.string() });
export type DownloadAnswer = z.infer<typeof DownloadAnswer>;

export const Problem = z.object({
  title: z.optional(z.string()),
  detail: z.optional(z.string()),
  code: z.optional(z.string()),
});
