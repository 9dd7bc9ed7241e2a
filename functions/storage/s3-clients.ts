import { S3Client } from "@aws-sdk/client-s3";
import { tracer } from "../runtime/observability.ts";
import type { Patience } from "../runtime/patience.ts";
import { tellMissingFromForbidden } from "./missing-objects.ts";

/**
 * Creates a client for the function's own requests. It sends checksums only if S3 requires them.
 * Otherwise the parts of a multipart upload would have one that its creation didn't announce, which
 * S3 may refuse at the end.
 */
export const createS3Client = (patience: Patience) =>
  tellMissingFromForbidden(
    tracer.captureAWSv3Client(
      new S3Client({
        forcePathStyle,
        requestChecksumCalculation: "WHEN_REQUIRED",
        ...patience,
      }),
    ),
  );

/**
 * Creates a client for URLs that others will request, who may reach S3 at another address than the
 * function does. Without WHEN_REQUIRED the SDK signs the checksum of an empty body into presigned
 * uploads, which S3 then refuses.
 */
export const createPresigningClient = (publicEndpoint: string | undefined) =>
  new S3Client({
    requestChecksumCalculation: "WHEN_REQUIRED",
    forcePathStyle,
    ...(publicEndpoint ? { endpoint: publicEndpoint } : {}),
  });

/** AWS has a host name for each bucket; an emulator usually doesn't. */
const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
