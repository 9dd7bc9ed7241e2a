import { z } from "zod";
import {
  ConversionOptions,
  Cover,
  FailureCode,
  Incomplete,
  NoteCode,
  Progress,
  plainText,
} from "./conversion.ts";
import { FileKind } from "./file-kind.ts";
import { JobId, JobResult, JobState } from "./job.ts";
import { Language } from "./settings.ts";
import { MAX_FILE_NAME_LENGTH } from "./text.ts";

/**
 * The bodies of the HTTP API. Handlers parse with these schemas, and the OpenAPI document is
 * generated from them.
 */

/**
 * A media type with its parameters, in printable ASCII. It becomes a header of the S3 object, and
 * with any other character nobody could read that object (RFC 9110, 5.5 and 8.3.1).
 */
const MEDIA_TYPE = /^[A-Za-z0-9_!#$&^.+-]+\/[A-Za-z0-9_!#$&^.+-]+(;[ -~]*[!-~])?$/;

export const LoginRequest = z
  .strictObject({
    email: z.email("must be an email address").max(254),
    password: z.string().min(1).max(1024),
  })
  .meta({ id: "LoginRequest" });
export type LoginRequest = z.infer<typeof LoginRequest>;

export const LoginResponse = z
  .object({
    token: z.string(),
    tokenType: z.literal("Bearer"),
    expiresIn: z.int().meta({ description: "Seconds" }),
  })
  .meta({ id: "LoginResponse" });
export type LoginResponse = z.infer<typeof LoginResponse>;

export const Claims = z
  .object({
    sub: z.uuid(),
    email: z.email(),
    role: z.enum(["user", "admin"]),
    iat: z.int(),
    exp: z.int(),
  })
  .meta({ id: "Claims" });
export type Claims = z.infer<typeof Claims>;

export const UploadRequest = z
  .strictObject({
    fileName: plainText(MAX_FILE_NAME_LENGTH),
    sizeBytes: z.int().positive("the file is empty; choose one with content"),
    contentType: z
      .string()
      .max(127)
      .regex(MEDIA_TYPE, "must be a media type such as video/mp4")
      .default("application/octet-stream"),
    options: ConversionOptions.prefault({}),
    cover: Cover.optional(),
  })
  .meta({ id: "UploadRequest" });
export type UploadRequest = z.infer<typeof UploadRequest>;

const SingleUpload = z.object({
  kind: z.literal("single"),
  method: z.literal("PUT"),
  key: z.string(),
  url: z.url(),
  headers: z.record(z.string(), z.string()).meta({ description: "Send exactly these" }),
  expiresAt: z.iso.datetime(),
});
const MultipartUpload = z.object({
  kind: z.literal("multipart"),
  key: z.string(),
  partSizeBytes: z.int().positive().meta({ description: "Of every part but the last" }),
});

export const UploadResponse = z
  .object({ jobId: JobId, upload: z.discriminatedUnion("kind", [SingleUpload, MultipartUpload]) })
  .meta({ id: "UploadResponse" });
export type UploadResponse = z.infer<typeof UploadResponse>;

/** How a job's source is converted again. */
export const AgainRequest = z
  .strictObject({
    jobId: JobId.optional().meta({
      description:
        "The new job's id, of this week: 10 digits of time and 16 random ones, as in a ULID, each replaced by its complement. A repeated request with the same id creates no second job. Without an id, the service creates one",
    }),
    options: ConversionOptions.prefault({}),
    cover: Cover.optional().meta({ description: "Without one, the job's own is used again" }),
  })
  .meta({ id: "AgainRequest" });
export type AgainRequest = z.infer<typeof AgainRequest>;

export const AgainResponse = z.object({ jobId: JobId }).meta({ id: "AgainResponse" });
export type AgainResponse = z.infer<typeof AgainResponse>;

const UploadIdentifier = z.string().min(1).max(1024);
const PartNumber = z.int().min(1).max(10_000);

/** What Uppy's `signRequest` callback sends in addition: https://uppy.io/docs/aws-s3/ */
const OF_ANY_REQUEST = {
  key: z
    .string()
    .max(1024)
    .optional()
    .meta({ description: "Use the `key` of the answer; with an uploadId this must be that key" }),
  contentType: z
    .string()
    .max(255)
    .optional()
    .meta({ description: "Ignored: the job has its own, and the answer says which" }),
  expiresIn: z
    .int()
    .min(1)
    .max(604_800)
    .optional()
    .meta({ description: "How long the URL should work, in seconds; at most an hour" }),
};
const signRequestOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ ...shape, ...OF_ANY_REQUEST });

/** Which S3 request on the job's source object to sign. */
export const SignRequest = z
  .union([
    signRequestOf({ method: z.literal("PUT") }).meta({ description: "PutObject: the whole file" }),
    signRequestOf({ method: z.literal("POST") }).meta({ description: "CreateMultipartUpload" }),
    signRequestOf({
      method: z.literal("PUT"),
      uploadId: UploadIdentifier,
      partNumber: PartNumber,
    }).meta({ description: "UploadPart" }),
    signRequestOf({
      method: z.literal("GET"),
      uploadId: UploadIdentifier,
      partNumberMarker: PartNumber.optional(),
    }).meta({ description: "ListParts" }),
    signRequestOf({ method: z.literal("POST"), uploadId: UploadIdentifier }).meta({
      description: "CompleteMultipartUpload",
    }),
    signRequestOf({ method: z.literal("DELETE"), uploadId: UploadIdentifier }).meta({
      description: "AbortMultipartUpload",
    }),
  ])
  .meta({ id: "SignRequest" });
export type SignRequest = z.infer<typeof SignRequest>;

export const SignResponse = z
  .object({
    url: z.url(),
    key: z.string().meta({ description: "The source object's key" }),
    headers: z.record(z.string(), z.string()).meta({ description: "Send exactly these" }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "SignResponse" });
export type SignResponse = z.infer<typeof SignResponse>;

/** More would keep a slow line waiting for its first part: each URL has about 2 kB. */
export const MAX_PARTS_SIGNED = 50;

/** Which parts of a multipart upload to sign. */
export const SignPartsRequest = z
  .strictObject({
    uploadId: UploadIdentifier,
    partNumbers: z
      .array(PartNumber)
      .min(1)
      .max(MAX_PARTS_SIGNED)
      .refine((numbers) => new Set(numbers).size === numbers.length, "must name each part once")
      .meta({ uniqueItems: true }),
    expiresIn: OF_ANY_REQUEST.expiresIn,
  })
  .meta({ id: "SignPartsRequest" });
export type SignPartsRequest = z.infer<typeof SignPartsRequest>;

export const SignPartsResponse = z
  .object({ parts: z.array(SignResponse.extend({ partNumber: PartNumber })) })
  .meta({ id: "SignPartsResponse" });
export type SignPartsResponse = z.infer<typeof SignPartsResponse>;

/** A job as its owner sees it. */
export const JobView = z
  .object({
    jobId: JobId,
    fileName: z.string(),
    contentType: z.string(),
    sizeBytes: z.int(),
    options: ConversionOptions,
    hasCover: z.boolean().optional().meta({ description: "A cover was sent with the job" }),
    state: JobState,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    sourceJobId: JobId.optional().meta({
      description: "The job whose source this job converts again. Nothing is uploaded",
    }),
    sourceExpiresAt: z.iso.datetime().optional().meta({
      description:
        "How long the source is kept and can be converted again; missing until it has arrived",
    }),
    progress: Progress.optional(),
    result: JobResult.extend({
      incomplete: Incomplete.extend({ message: z.string() }).optional(),
      notes: z
        .array(z.object({ code: NoteCode, message: z.string() }))
        .optional()
        .meta({ description: "How the audio was changed in ways that the user may not expect" }),
    }).optional(),
    failure: z
      .object({
        code: FailureCode,
        fileKind: FileKind.optional().meta({ description: "What the file is instead" }),
        message: z.string(),
      })
      .optional(),
    emailFailure: z.object({ message: z.string() }).optional().meta({
      description: "The email about the job could not be sent",
    }),
    expiresAt: z.iso.datetime().optional().meta({ description: "When the MP3 is deleted" }),
  })
  .meta({ id: "JobView" });
export type JobView = z.infer<typeof JobView>;

export const ListJobsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: JobId.optional(),
});

export const JobList = z
  .object({ jobs: z.array(JobView), nextCursor: JobId.optional() })
  .meta({ id: "JobList" });
export type JobList = z.infer<typeof JobList>;

/** An email's link may be in a language that only a newer release has. */
const LinkLanguage = Language.optional().catch(undefined);

export const UnsubscribeQuery = z.strictObject({
  token: z.string().min(1).max(4096).meta({ description: "From an email's link" }),
  language: LinkLanguage,
});

export const DownloadQuery = z
  .strictObject({
    id: JobId.optional().meta({ description: "A job of yours; needs a session" }),
    token: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .meta({ description: "From an email's link, instead of `id`; needs no session" }),
    language: LinkLanguage,
  })
  .refine(({ id, token }) => (id === undefined) !== (token === undefined), {
    path: ["id"],
    message: "give either id, with a session, or the token of an email's link",
  });

export const DownloadResponse = z
  .object({
    url: z.url(),
    fileName: z.string(),
    sizeBytes: z.int(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "DownloadResponse" });
export type DownloadResponse = z.infer<typeof DownloadResponse>;

/** https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().optional(),
    limit: z.number().optional().meta({
      description:
        "The limit that was reached: bytes or minutes per day, or jobs that haven't ended",
    }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
