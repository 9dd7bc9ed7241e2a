import { S3Client } from "@aws-sdk/client-s3";
import { tracer } from "./observability.ts";

/** For the function's own requests. */
export const createS3Client = () => tracer.captureAWSv3Client(new S3Client({ forcePathStyle }));

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
