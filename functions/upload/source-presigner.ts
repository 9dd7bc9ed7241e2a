import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { SignResponse } from "../../contract/api.ts";
import { type Job, sourceKey } from "../storage/job.ts";
import type { SourceOperation } from "./source-operation.ts";

/**
 * The longest time that a URL works. A part may take this long on a slow line. Clients ask for a new
 * URL when one has expired.
 */
const URL_SECONDS = 60 * 60;

/** Signs S3 requests on one job's source object and nothing else. */
export type PresignSource = (
  job: Job,
  operation: SourceOperation,
  /** How long the URL should work; at most an hour, which is also the default. */
  expiresInSeconds?: number,
) => Promise<SignResponse>;

type SourceCommand =
  | AbortMultipartUploadCommand
  | CompleteMultipartUploadCommand
  | CreateMultipartUploadCommand
  | ListPartsCommand
  | PutObjectCommand
  | UploadPartCommand;

export const createSourcePresigner =
  (s3: S3Client, bucket: string): PresignSource =>
  async (job, operation, expiresInSeconds = URL_SECONDS) => {
    const target = { Bucket: bucket, Key: sourceKey(job.owner, job.jobId) };
    const expiresIn = Math.min(expiresInSeconds, URL_SECONDS);
    const expiresAt = new Date(Date.now() + expiresIn * 1000).toISOString();
    const sign = async (command: SourceCommand, headers: Record<string, string> = {}) => {
      const url = await getSignedUrl(
        s3,
        // Each command is one that the client accepts. Only their union is too wide for its
        // signature.
        command as PutObjectCommand,
        {
          expiresIn,
          signableHeaders: new Set(["content-length", ...Object.keys(headers)]),
        },
      );
      return { url, key: target.Key, headers, expiresAt };
    };

    switch (operation.name) {
      case "PutObject":
        // The length is signed: S3 refuses a body of any other size.
        return sign(
          new PutObjectCommand({
            ...target,
            ContentType: job.contentType,
            ContentLength: job.sizeBytes,
          }),
          { "content-type": job.contentType },
        );
      case "CreateMultipartUpload":
        return sign(new CreateMultipartUploadCommand({ ...target, ContentType: job.contentType }), {
          "content-type": job.contentType,
        });
      case "UploadPart":
        return sign(
          new UploadPartCommand({
            ...target,
            UploadId: operation.uploadId,
            PartNumber: operation.partNumber,
            ...measurePart(job, operation.partNumber),
          }),
        );
      case "ListParts":
        return sign(
          new ListPartsCommand({
            ...target,
            UploadId: operation.uploadId,
            PartNumberMarker: operation.partNumberMarker?.toString(),
          }),
        );
      case "CompleteMultipartUpload":
        return sign(
          new CompleteMultipartUploadCommand({ ...target, UploadId: operation.uploadId }),
        );
      case "AbortMultipartUpload":
        return sign(new AbortMultipartUploadCommand({ ...target, UploadId: operation.uploadId }));
    }
  };

/**
 * The length is signed, so that all parts together have the job's size and no more. Jobs from
 * before part sizes were stored continue without.
 */
function measurePart({ sizeBytes, partSizeBytes }: Job, partNumber: number) {
  if (partSizeBytes === undefined) return {};
  const start = (partNumber - 1) * partSizeBytes;
  return { ContentLength: Math.min(partSizeBytes, sizeBytes - start) };
}
