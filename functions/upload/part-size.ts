/** Above this a failed transfer costs too much to begin again: such files go up in parts. */
export const SINGLE_UPLOAD_MAX_BYTES = 100_000_000;

/** S3's least size of any part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
/** S3 takes 10,000, but lists 1,000 at a time. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 1000;

/**
 * As Uppy cuts files unless it is told otherwise, since each part's size is signed. From 5 GB on the
 * parts grow instead of becoming more: a client that goes on finds all of them in one ListParts.
 */
export const choosePartSize = (sizeBytes: number) =>
  Math.max(MIN_PART_BYTES, Math.ceil(sizeBytes / MAX_PARTS));
