/**
 * How long an upload that isn't complete can be continued. S3 keeps its parts that long (its rules
 * count in whole days, from midnight UTC), clients remember it, and its job counts as open.
 */
export const UNFINISHED_UPLOAD_DAYS = 2;
export const UNFINISHED_UPLOAD_MILLISECONDS = UNFINISHED_UPLOAD_DAYS * 24 * 60 * 60 * 1000;
