import { S3ServiceException } from "@aws-sdk/client-s3";

const hasStatus = (error: unknown, ...statuses: number[]) =>
  error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);

export const isMissing = (error: unknown) => hasStatus(error, 404);

/** 412: another version is there now; 409: another conditional write is under way. */
export const isConflict = (error: unknown) => hasStatus(error, 409, 412);
