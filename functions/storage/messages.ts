import { z } from "zod";
import { JobId, OwnerId } from "../../contract/job.ts";

/**
 * What S3 sends to the video queue. Its first message is `s3:TestEvent`, which has no records.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const SourceUploaded = z.union([
  z
    .object({ Event: z.literal("s3:TestEvent") })
    .transform(() => ({ keys: [] as string[], reopen: false, uploadedAt: undefined })),
  z
    .object({
      Records: z.array(
        z.object({
          /** When the object was complete in S3. */
          eventTime: z.iso.datetime().optional(),
          s3: z.object({ object: z.object({ key: z.string() }) }),
        }),
      ),
      /** Ours, not S3's: the operator retries a job that was given up (cli/redrive.ts). */
      reopen: z.boolean().default(false),
    })
    .transform(({ Records, reopen }) => ({
      reopen,
      // A retry after days says nothing about the speed of the pipeline.
      uploadedAt: reopen ? undefined : Records[0]?.eventTime,
      keys: Records.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll("+", " "))),
    })),
]);
export type SourceUploaded = z.infer<typeof SourceUploaded>;

/** Writes the message as S3 would. */
export const announceSource = (
  key: string,
  { reopen, uploadedAt }: Pick<SourceUploaded, "reopen" | "uploadedAt">,
) => ({
  Records: [{ ...(uploadedAt && { eventTime: uploadedAt }), s3: { object: { key } } }],
  ...(reopen && { reopen }),
});

/**
 * What the converter sends to the mp3 queue: the job has completed or failed, and its owner gets an
 * email.
 */
export const ConversionFinished = z.object({ owner: OwnerId, jobId: JobId });
export type ConversionFinished = z.infer<typeof ConversionFinished>;
