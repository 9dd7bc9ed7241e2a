import { monotonicFactory } from "ulid";
import type { JobId } from "./job.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const nextUlid = monotonicFactory();

/** Replaces every digit by its complement, which reverses the order of ids. */
const complement = (id: string) =>
  [...id].map((digit) => CROCKFORD[31 - CROCKFORD.indexOf(digit)]).join("");

/**
 * Creates an id that sorts newest first, so that one page of S3's ascending listing is the newest jobs.
 * It is a ULID (https://github.com/ulid/spec) with every digit replaced by its complement.
 */
export const createJobId = (now = Date.now()): JobId => complement(nextUlid(now));

const TIME_DIGITS = 10;

/** Returns when an id was created, in milliseconds, by the clock of whoever created it. */
export const readJobIdTime = (jobId: JobId): number =>
  [...complement(jobId).slice(0, TIME_DIGITS)].reduce(
    (time, digit) => time * CROCKFORD.length + CROCKFORD.indexOf(digit),
    0,
  );
