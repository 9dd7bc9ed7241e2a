/**
 * Above this size, restarting a failed transfer costs too much, so files are uploaded in parts.
 */
export const SINGLE_UPLOAD_MAX_BYTES = 100_000_000;

/** S3's minimum size of every part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
/**
 * S3 accepts 10,000 parts, but lists 1,000 at a time.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const MAX_PARTS = 1000;

/**
 * Chooses Uppy's default part size, because each part's size is signed. Above 5 GB there are larger
 * parts instead of more, so a client that resumes finds all of them on one page of ListParts.
 */
export const choosePartSize = (sizeBytes: number) =>
  Math.max(MIN_PART_BYTES, Math.ceil(sizeBytes / MAX_PARTS));
