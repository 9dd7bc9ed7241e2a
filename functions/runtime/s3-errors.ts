import { S3ServiceException } from "@aws-sdk/client-s3";

const hasStatus = (error: unknown, ...statuses: number[]) =>
  error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);

export const isMissing = (error: unknown) => hasStatus(error, 404);

/** The stored version isn't the one that the request named. */
export const isConflict = (error: unknown) => hasStatus(error, 412);

/** Another conditional write of the same object is under way. */
export const isConcurrent = (error: unknown) => hasStatus(error, 409);
