/**
 * How long an incomplete upload can be continued. For that long S3 keeps its parts (S3's rules
 * count whole days from midnight UTC), clients remember it, and its job counts as open.
 */
export const UNFINISHED_UPLOAD_DAYS = 2;
export const UNFINISHED_UPLOAD_MILLISECONDS = UNFINISHED_UPLOAD_DAYS * 24 * 60 * 60 * 1000;
