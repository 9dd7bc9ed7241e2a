import type { ConvertMedia } from "../../engine/types.ts";
import { createHandler as createConverter } from "../../functions/converter/handler.ts";
import { type Job, sourceKey } from "../../functions/storage/job.ts";
import type { ConversionFinished } from "../../functions/storage/messages.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { makeJob } from "./jobs.ts";
import { makeContext, makeSqsEvent } from "./lambda.ts";
import { createMemoryCovers } from "./memory-covers.ts";
import { createMemoryJobStore } from "./memory-job-store.ts";
import { createMemoryUsageStore } from "./memory-usage-store.ts";

export const LEASE_SECONDS = 60;
/** How long the converter hides a message as soon as it gets it. */
export const HIDE_SECONDS = 120;

export const uploadEvent = (job: Job, eventTime?: string) =>
  makeSqsEvent({
    Records: [{ eventTime, s3: { object: { key: sourceKey(job.owner, job.jobId) } } }],
  });

/** Composes the converter over stores in memory, with one job whose source has arrived. */
export async function setUpConverter(
  convertMedia: ConvertMedia,
  options: { sourceBytes?: number; isGone?: boolean } = {},
) {
  const records = new Map<string, string>();
  const jobs = createMemoryJobStore(records);
  const job = makeJob();
  await jobs.create(job);
  const published: ConversionFinished[] = [];
  const delays: (number | undefined)[] = [];
  const finishedSources: string[] = [];
  const openedSources: string[] = [];
  const deletedResults: string[] = [];
  const sentAgain: { message: unknown; delaySeconds: number }[] = [];
  const parked: { body: string; cause: string }[] = [];
  const usage = createMemoryUsageStore();
  const covers = createMemoryCovers();
  const turns = createTurns({ usage, getJob: jobs.get, conversionsPerUser: 2 });
  const handler = createConverter({
    jobs,
    convertMedia,
    ffmpegPath: "ffmpeg",
    maxSourceBytes: 1e9,
    leaseSeconds: LEASE_SECONDS,
    sources: {
      open: async (key) => {
        openedSources.push(key);
        if (options.isGone) return undefined;
        return { sizeBytes: options.sourceBytes ?? job.sizeBytes, async *read() {} };
      },
    },
    holds: {
      release: async ({ owner, jobId }) => {
        finishedSources.push(sourceKey(owner, jobId));
      },
      releaseGone: async ({ owner, jobId }) => {
        finishedSources.push(`${sourceKey(owner, jobId)} of a deleted job`);
      },
    },
    covers,
    results: {
      createSink: () => ({
        write: async () => {},
        finish: async () => {},
        abort: async () => {},
      }),
      delete: async (key) => {
        deletedResults.push(key);
      },
      discardUnfinished: async () => {},
    },
    turns,
    sendAgain: async (message, delaySeconds) => {
      sentAgain.push({ message, delaySeconds });
    },
    publish: async (message) => {
      published.push(message);
    },
    delayMessage: async ({ VisibilityTimeout }) => delays.push(VisibilityTimeout),
    park: async (body, cause) => void parked.push({ body, cause }),
  });
  const deliver = (seconds?: number) => handler(uploadEvent(job), makeContext(seconds));
  const read = () => jobs.get(job.owner, job.jobId);
  const probes = {
    openedSources,
    published,
    delays,
    finishedSources,
    deletedResults,
    sentAgain,
    parked,
  };
  return { records, jobs, job, handler, covers, usage, turns, deliver, read, ...probes };
}
