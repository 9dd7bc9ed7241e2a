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
import type { SignRequest, SignResponse } from "../../contract/api.ts";
import { Refusal } from "../runtime/errors.ts";
import { type Job, sourceKey } from "../storage/job.ts";

/** The most that a URL works. A part may take this long on a slow line; clients ask for a new URL when one has expired. */
const URL_SECONDS = 60 * 60;

/** Signs S3 requests on one job's source object and nothing else. */
export type PresignSource = (job: Job, request: SignRequest) => Promise<SignResponse>;

type SourceCommand =
  | AbortMultipartUploadCommand
  | CompleteMultipartUploadCommand
  | CreateMultipartUploadCommand
  | ListPartsCommand
  | PutObjectCommand
  | UploadPartCommand;

export const createSourcePresigner =
  (s3: S3Client, bucket: string): PresignSource =>
  async (job, request) => {
    const target = { Bucket: bucket, Key: sourceKey(job.owner, job.jobId) };
    const expiresIn = Math.min(request.expiresIn ?? URL_SECONDS, URL_SECONDS);
    const expiresAt = new Date(Date.now() + expiresIn * 1000).toISOString();
    const sign = async (command: SourceCommand, headers: Record<string, string> = {}) => {
      const url = await getSignedUrl(
        s3,
        // Each command is one of the client's own; only their union is too wide for the signature.
        command as PutObjectCommand,
        {
          expiresIn,
          signableHeaders: new Set(["content-length", ...Object.keys(headers)]),
        },
      );
      return { url, key: target.Key, headers, expiresAt };
    };

    if ("partNumber" in request) {
      const { uploadId, partNumber } = request;
      return sign(
        new UploadPartCommand({
          ...target,
          UploadId: uploadId,
          PartNumber: partNumber,
          ...measurePart(job, partNumber),
        }),
      );
    }
    if (request.method === "PUT") {
      // The length is signed: S3 refuses a body of any other size.
      return sign(
        new PutObjectCommand({
          ...target,
          ContentType: job.contentType,
          ContentLength: job.sizeBytes,
        }),
        { "content-type": job.contentType },
      );
    }
    if (!("uploadId" in request)) {
      return sign(new CreateMultipartUploadCommand({ ...target, ContentType: job.contentType }), {
        "content-type": job.contentType,
      });
    }
    const upload = { ...target, UploadId: request.uploadId };
    switch (request.method) {
      case "GET":
        return sign(
          new ListPartsCommand({
            ...upload,
            PartNumberMarker: request.partNumberMarker?.toString(),
          }),
        );
      case "POST":
        return sign(new CompleteMultipartUploadCommand(upload));
      case "DELETE":
        return sign(new AbortMultipartUploadCommand(upload));
    }
  };

/**
 * The length is signed, so that all parts together have the job's size and no more.
 * Jobs that began before part sizes were kept go on without.
 *
 * @throws Refusal `invalid` for a part that lies behind the end of the file.
 */
function measurePart({ sizeBytes, partSizeBytes }: Job, partNumber: number) {
  if (partSizeBytes === undefined) return {};
  const start = (partNumber - 1) * partSizeBytes;
  if (start >= sizeBytes) {
    const last = Math.ceil(sizeBytes / partSizeBytes);
    const message = `must be ${last} at most: the file has ${sizeBytes} bytes, in parts of ${partSizeBytes}`;
    throw new Refusal("invalid", "invalid-request", `partNumber: ${message}.`, {
      faults: [{ path: "partNumber", message }],
    });
  }
  return { ContentLength: Math.min(partSizeBytes, sizeBytes - start) };
}
