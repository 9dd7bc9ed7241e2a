import { S3Client } from "@aws-sdk/client-s3";
import { tracer } from "../runtime/observability.ts";
import type { Patience } from "../runtime/patience.ts";
import { tellMissingFromForbidden } from "./missing-objects.ts";

/**
 * For the function's own requests. Checksums only where S3 asks for them: the parts of a multipart
 * upload would carry one that its beginning didn't announce, which S3 may refuse at the end.
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
 * For URLs that others will request, who may know S3 by another address than the function does.
 * Without WHEN_REQUIRED the SDK signs the checksum of an empty body into presigned uploads, which S3
 * then refuses.
 */
export const createPresigningClient = (publicEndpoint: string | undefined) =>
  new S3Client({
    requestChecksumCalculation: "WHEN_REQUIRED",
    forcePathStyle,
    ...(publicEndpoint ? { endpoint: publicEndpoint } : {}),
  });

/** An endpoint of one's own seldom has a host name for each bucket; AWS has. */
const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
