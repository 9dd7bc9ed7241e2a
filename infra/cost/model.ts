import { choosePause } from "../../client/watch-job.ts";
import { MAX_PARTS_SIGNED } from "../../contract/api.ts";
import { estimateSeconds } from "../../engine/encoding/deadline.ts";
import { priceReads, SEQUENTIAL_IN_FLIGHT } from "../../engine/reading/read-plan.ts";
import { METRICS } from "../../functions/runtime/metric-names.ts";
import { choosePartSize, SINGLE_UPLOAD_MAX_BYTES } from "../../functions/upload/part-size.ts";
import type { Inventory } from "./inventory.ts";
import { DATABASE_HOUR, HOURS_A_MONTH, PRICES, type Price, type PriceName } from "./prices.ts";

/** What people do in a month. */
export interface Usage {
  videos: number;
  /** Recording length of each. */
  minutes: number;
  /**
   * Whether the whole video is uploaded. Otherwise the page extracts the audio track and sends
   * that.
   */
  whole: boolean;
}

/** One line of a month's bill. Without videos `atRest` is the amount, and `forVideos` comes on top. */
export interface Line {
  service: string;
  what: string;
  price: Price;
  atRest: number;
  forVideos: number;
}

/** A video of 25 minutes has 990 MB, its audio track 24 MB (README). */
const WHOLE_BYTES_PER_MINUTE = 990e6 / 25;
const AUDIO_TRACK_BYTES_PER_MINUTE = 24e6 / 25;
/** Preset v2 takes about 187 kbit/s. */
const RESULT_BYTES_PER_MINUTE = 1.4e6;

/** docs/engine.md, "From upload to MP3": 10 minutes on two cores until the last frame. */
const MEASURED_SECONDS_PER_CORE = 600 / 2.322 / 2;
/** From the same table: everything except encoding. */
const MEASURED_FIXED_SECONDS = 0.422;
/** docs/engine.md, "Measured": requests a GB of a video that is read in order, and 7 short ones. */
const READS_PER_GB = 122;
const FIRST_READS = 7;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MIB_PER_CORE = 1769;

/** Each video is a visit of its own: a login, a list of 20 jobs, and one download. */
const LISTED_JOBS = 20;
const PAGE_REQUESTS = 10;
/** The time from the end of the upload to the start of the conversion. */
const QUEUE_SECONDS = 1;
/** Our guesses, each on the high side: a function's time, and the size of its logs. */
const API_CALL_SECONDS = 0.1;
const LOGIN_SECONDS = 0.3;
const NOTIFIER_SECONDS = 1;
const LOGGED_BYTES_PER_CALL = 2000;
const LOGGED_BYTES_PER_CONVERSION = 10_000;
/** How often the converter writes the job's progress and hides its message: functions/converter. */
const HEARTBEAT_SECONDS = 2;
/** S3's smallest part, which is what MP3s are uploaded in: functions/storage/results.ts. */
const RESULT_PART_BYTES = 5 * 1024 * 1024;
/**
 * A database that pauses runs for five minutes after its last use, and needs some time to wake and
 * to pause (infra/database-engine.ts). A daily call wakes it (infra/keep-awake.ts).
 */
const HOURS_OF_A_WAKE = 0.1;
/** One gigabyte is far more than the users need. */
const PAUSING_GB = 1;
/** S3 deletes at midnight (UTC) after an object's last day. */
const DELETION_DELAY_DAYS = 1;
const DAYS_A_MONTH = HOURS_A_MONTH / 24;
/**
 * A queue that Lambda polls costs money even if it is empty: five pollers wait 20 seconds each.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLS_A_MONTH = 5 * ((HOURS_A_MONTH * 3600) / 20);
const POLLED: Price = {
  ...PRICES.sqsRequest,
  check: "AWS documents five pollers for a busy queue, and doesn't say how many an empty one has.",
};

/**
 * Estimates the seconds of one conversion in the function: as measured, and at worst as its
 * deadline expects.
 */
export function measureConversion({ minutes, whole }: Usage, memoryMiB: number) {
  const bytes = minutes * (whole ? WHOLE_BYTES_PER_MINUTE : AUDIO_TRACK_BYTES_PER_MINUTE);
  const cores = memoryMiB / MIB_PER_CORE;
  const reads = Math.ceil(FIRST_READS + (READS_PER_GB * bytes) / 1e9);
  const encoding = (minutes * 60) / (MEASURED_SECONDS_PER_CORE * cores);
  const reading = priceReads(bytes, reads, SEQUENTIAL_IN_FLIGHT).seconds;
  return {
    bytes,
    reads,
    seconds: MEASURED_FIXED_SECONDS + Math.max(encoding, reading),
    secondsAtWorst: estimateSeconds(minutes * 60, Math.ceil(cores), bytes),
  };
}

/** Counts how often a client polls a job that is finished after `seconds`. */
function countQuestions(seconds: number): number {
  let asked = 1;
  for (let elapsed = 0; elapsed < seconds * 1000; asked++) elapsed += choosePause(elapsed);
  return asked;
}

/** Requests of one video, from signing in to the download. */
function countRequests(usage: Usage, memoryMiB: number) {
  const { bytes, reads, seconds } = measureConversion(usage, memoryMiB);
  const heartbeats = Math.floor(seconds / HEARTBEAT_SECONDS);
  const isSingle = bytes <= SINGLE_UPLOAD_MAX_BYTES;
  const parts = Math.ceil(bytes / choosePartSize(bytes));
  const uploads = isSingle ? 1 : parts + 2;
  const signings = isSingle ? 0 : Math.ceil(parts / MAX_PARTS_SIGNED) + 2;
  const resultBytes = usage.minutes * RESULT_BYTES_PER_MINUTE;
  const results =
    resultBytes < RESULT_PART_BYTES ? 1 : Math.ceil(resultBytes / RESULT_PART_BYTES) + 2;
  const questions = countQuestions(QUEUE_SECONDS + seconds);
  // POST /login, GET /jobs, POST /upload, those that sign what it didn't, GET /jobs/{id}, GET
  // /download.
  const api = 4 + signings + questions;
  return {
    api,
    // The record when it is created, claimed, finished, and before and after its email; the source's
    // tag; the user's limits; two lists.
    s3Writes: uploads + results + 5 + heartbeats + 1 + 1 + 2,
    // The source's HEAD; the user's limits; the record for claim, email and download, for each
    // question and each call that signs; the MP3.
    s3Reads: reads + 1 + 1 + 3 + 1 + LISTED_JOBS + questions + signings,
    // Two messages are sent, received and deleted, and one of them is hidden again and again.
    sqs: 6 + 1 + heartbeats,
    resultBytes,
  };
}

/**
 * Computes a month's costs by service, at list price. {@link applyFree} subtracts the free tier.
 */
export function billMonth(inventory: Inventory, usage: Usage): Line[] {
  const { videos } = usage;
  const memoryOf = (name: string) => requireFunction(inventory, name).memoryMiB;
  const gbSecondsOf = (name: string, seconds: number) => (memoryOf(name) / 1024) * seconds;
  const conversion = measureConversion(usage, memoryOf("converter"));
  const each = countRequests(usage, memoryOf("converter"));
  // Login waits for the function that checks the password.
  const signingIn = ["login", "check-password"].filter((it) => inventory.functions.has(it));
  const otherGbSeconds =
    signingIn.reduce((sum, name) => sum + gbSecondsOf(name, LOGIN_SECONDS), 0) +
    gbSecondsOf("jobs", (each.api - 1) * API_CALL_SECONDS) +
    gbSecondsOf("notifier", NOTIFIER_SECONDS);
  const storedGbMonths =
    (each.resultBytes * (inventory.resultRetentionDays + DELETION_DELAY_DAYS) +
      conversion.bytes * (inventory.sourceRetentionDays + DELETION_DELAY_DAYS)) /
    DAYS_A_MONTH /
    1e9;
  const loggedBytes = each.api * LOGGED_BYTES_PER_CALL + LOGGED_BYTES_PER_CONVERSION;

  const line = (
    service: string,
    what: string,
    price: PriceName | Price,
    rest: number,
    perVideo = 0,
  ) => {
    const unit = typeof price === "string" ? PRICES[price] : price;
    return { service, what, price: unit, atRest: rest, forVideos: videos * perVideo };
  };
  const hours = (count: number) => count * HOURS_A_MONTH;
  const atLeast = (minimum: number) => (videos > 0 ? minimum : 0);

  return [
    ...inventory.databases.flatMap(({ instanceClass, storageGb, zones }) => [
      line("RDS", instanceClass, priceOfDatabase(instanceClass), hours(zones)),
      line("RDS", `storage, ${storageGb} GB`, "databaseGbMonth", storageGb * zones),
    ]),
    ...inventory.pausingDatabases.flatMap((units) => {
      const hoursAtRest = DAYS_A_MONTH * HOURS_OF_A_WAKE;
      // At worst, no two sign-ins share a wake.
      const hoursAwake = Math.min(videos * HOURS_OF_A_WAKE, HOURS_A_MONTH - hoursAtRest);
      const awake = { ...line("Aurora", "awake", "auroraUnitHour", units * hoursAtRest) };
      return [
        { ...awake, forVideos: units * hoursAwake },
        line("Aurora", `storage, ${PAUSING_GB} GB`, "auroraGbMonth", PAUSING_GB),
      ];
    }),
    line("VPC", "interface endpoints", "endpointHour", hours(inventory.endpointZones)),
    line("Secrets Manager", "secrets", "secretMonth", inventory.secrets),
    line("CloudWatch", "alarms", "alarmMonth", inventory.alarms),
    line("CloudWatch", "dashboards", "dashboardMonth", inventory.dashboards),
    line("WAF", "firewall", "firewallMonth", inventory.firewalls),
    line("WAF", "rules", "firewallRuleMonth", inventory.firewallRules),
    line("WAF", "requests", "firewallRequest", 0, inventory.firewalls * each.api),
    line("SQS", "looking for messages", POLLED, inventory.polledQueues * POLLS_A_MONTH),
    line("SQS", "messages", "sqsRequest", 0, each.sqs),
    line("Lambda", "converting", "lambdaGbSecond", 0, gbSecondsOf("converter", conversion.seconds)),
    line("Lambda", "everything else", "lambdaGbSecond", 0, otherGbSeconds),
    line("Lambda", "requests", "lambdaRequest", 0, each.api + signingIn.length - 1 + 2),
    line("API Gateway", "requests", "apiRequest", 0, each.api),
    line("S3", "writes and lists", "s3Write", 0, each.s3Writes),
    line("S3", "reads", "s3Read", 0, each.s3Reads),
    line("S3", "storage", "s3GbMonth", 0, storedGbMonths),
    line("S3", "downloads", "transferGb", 0, each.resultBytes / 1e9),
    line("CloudFront", "requests", "cloudFrontRequest", 0, PAGE_REQUESTS + each.api),
    line("CloudFront", "function", "cloudFrontFunction", 0, each.api),
    line("SES", "emails", "email", 0, 1),
    line("CloudWatch", "logs", "logGb", 0, loggedBytes / 1e9),
    {
      ...line("CloudWatch", "metrics", "metricMonth", 0),
      forVideos: atLeast(Object.keys(METRICS).length),
    },
    // API calls, the conversion and its email. X-Ray samples one a second, so few are left out.
    line("X-Ray", "traces", "trace", 0, each.api + 2),
  ].filter(({ atRest, forVideos }) => atRest + forVideos > 0);
}

/** @throws Error if the stack lacks the function; then this model has to be updated. */
export function requireFunction({ functions }: Inventory, name: string) {
  const settings = functions.get(name);
  if (settings === undefined) throw new Error(`The stack has no function ${name}.`);
  return settings;
}

function priceOfDatabase(instanceClass: string): Price {
  const price = DATABASE_HOUR[instanceClass];
  if (price) return price;
  throw new Error(`infra/cost/prices.ts has no price of ${instanceClass}: add it.`);
}

export interface Amounts {
  atRestUsd: number;
  forVideosUsd: number;
  /** What the free tier covers if nothing else in the account uses it. */
  freeUsd: number;
}

/** Prices the lines in dollars. The free tier goes to the lines in their order, and only once. */
export function applyFree(lines: Line[]): (Line & Amounts)[] {
  const left = new Map<string, number>();
  return lines.map((line) => {
    const { price, atRest, forVideos } = line;
    const key = `${price.source} ${price.unit}`;
    const free = Math.min(left.get(key) ?? price.free ?? 0, atRest + forVideos);
    left.set(key, (left.get(key) ?? price.free ?? 0) - free);
    return {
      ...line,
      atRestUsd: atRest * price.usd,
      forVideosUsd: forVideos * price.usd,
      freeUsd: free * price.usd,
    };
  });
}

export function sum(lines: Amounts[]): Amounts & { totalUsd: number } {
  const total = (key: keyof Amounts) => lines.reduce((usd, line) => usd + line[key], 0);
  const amounts = {
    atRestUsd: total("atRestUsd"),
    forVideosUsd: total("forVideosUsd"),
    freeUsd: total("freeUsd"),
  };
  return { ...amounts, totalUsd: amounts.atRestUsd + amounts.forVideosUsd - amounts.freeUsd };
}
