import { z } from "zod";
import { ConversionOptions, FailureCode, Progress } from "../../contract/conversion.ts";
import { FileKind } from "../../contract/file-kind.ts";
import { JobId, JobResult, JobState, limitText, OwnerId } from "../../contract/job.ts";

/** What file systems allow: 255 UTF-16 units, of 3 bytes at most. */
const FILE_NAME_LIMITS = { maxGraphemes: 255, maxBytes: 765 };

/** The state of the email about a job's outcome. None means that nobody has tried yet. */
const Notification = z.discriminatedUnion("state", [
  /** Somebody is sending it. This expires at `expiresAt`. */
  z.object({ state: z.literal("sending"), id: z.uuid(), expiresAt: z.iso.datetime() }),
  z.object({ state: z.literal("sent"), at: z.iso.datetime() }),
  /** Its owner saw the outcome on the page before an email went out, so none is sent. */
  z.object({ state: z.literal("seen"), at: z.iso.datetime() }),
  /** Given up. An operator may retry it. */
  z.object({ state: z.literal("failed"), at: z.iso.datetime() }),
]);

/**
 * The record at jobs/{owner}/{jobId}.json: everything that the pipeline knows about one conversion.
 */
export const Job = z.object({
  jobId: JobId,
  owner: OwnerId,
  ownerEmail: z.email(),
  fileName: limitText(FILE_NAME_LIMITS),
  contentType: z.string(),
  sizeBytes: z.int().nonnegative(),
  /**
   * The size of every part but the last, if the source is uploaded in parts. It is signed with each
   * part.
   */
  partSizeBytes: z.int().positive().optional(),
  /** The first job of the source and when it was created, if the source was uploaded for another job. */
  sourceOf: z.object({ jobId: JobId, createdAt: z.iso.datetime() }).optional(),
  options: ConversionOptions,
  /** There is a picture for the MP3 at {@link coverKey}. */
  hasCover: z.boolean().optional(),
  state: JobState,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Who is converting it, until `expiresAt`. */
  lease: z.object({ id: z.uuid(), expiresAt: z.iso.datetime() }).optional(),
  progress: Progress.optional(),
  result: JobResult.optional(),
  failure: z.object({ code: FailureCode, fileKind: FileKind.optional() }).optional(),
  notification: Notification.optional(),
  /** When the email went out, in records that were written before there was `notification`. */
  notifiedAt: z.iso.datetime().optional(),
  /** What the last try threw, for the operator. Missing if a worker died. */
  lastError: z.object({ name: z.string(), message: z.string() }).optional(),
  /**
   * Different in each version of the record, so that a write whose answer was lost recognises its
   * own.
   */
  revision: z.uuid().optional(),
});
export type Job = z.infer<typeof Job>;

export const sourceKey = (owner: OwnerId, jobId: JobId) => `sources/${owner}/${jobId}`;
/** Returns the id of the source's first job, for which it was uploaded. */
export const sourceJobIdOf = (job: {
  jobId: JobId;
  sourceOf?: { jobId: JobId } | undefined;
}): JobId => job.sourceOf?.jobId ?? job.jobId;
export const resultKey = (owner: OwnerId, jobId: JobId) => `results/${owner}/${jobId}.mp3`;
export const coverKey = (owner: OwnerId, jobId: JobId) => `covers/${owner}/${jobId}`;
export const jobKeyPrefix = (owner: OwnerId) => `jobs/${owner}/`;
export const jobKey = (owner: OwnerId, jobId: JobId) => `${jobKeyPrefix(owner)}${jobId}.json`;

const SourceKey = z.templateLiteral(["sources/", OwnerId, "/", JobId]);

/**
 * Reverses {@link sourceKey}.
 *
 * @returns undefined for a key that none of our uploads can have.
 */
export function parseSourceKey(key: string): { owner: OwnerId; jobId: JobId } | undefined {
  if (!SourceKey.safeParse(key).success) return undefined;
  const [, owner = "", jobId = ""] = key.split("/");
  return { owner, jobId };
}

export const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Returns when the source's first job was created, which may be this one. */
export const sourceCreatedAt = ({ createdAt, sourceOf }: Pick<Job, "createdAt" | "sourceOf">) =>
  sourceOf?.createdAt ?? createdAt;

/**
 * Returns the time until which a job's source is certainly kept. The lifecycle may delete it later,
 * because it counts from the end of the upload and in whole days.
 */
export const expireSource = (job: Job, retentionDays: number) =>
  new Date(Date.parse(sourceCreatedAt(job)) + retentionDays * DAY_MILLISECONDS);

/** Returns when a completed job's MP3 is deleted. S3's lifecycle may take a day longer. */
export const expireResult = (job: Job, retentionDays: number) =>
  new Date(Date.parse(job.updatedAt) + retentionDays * DAY_MILLISECONDS);
