import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createJobId } from "../../contract/job-id.ts";
import type { ConvertMedia, EngineOptions } from "../../engine/types.ts";
import { createHandler as createConverter } from "../../functions/converter/handler.ts";
import { createHandler as createNotifier } from "../../functions/notifier/handler.ts";
import { EmailRefused } from "../../functions/notifier/ses-sender.ts";
import { logger, metrics } from "../../functions/runtime/observability.ts";
import { type Job, jobKey, resultKey, sourceKey } from "../../functions/storage/job.ts";
import type { ConversionFinished } from "../../functions/storage/messages.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { makeJob } from "../fakes/jobs.ts";
import { makeContext, makeSqsEvent } from "../fakes/lambda.ts";
import { createMemoryCovers } from "../fakes/memory-covers.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { createMemoryUsageStore } from "../fakes/memory-usage-store.ts";
import { CONVERTED } from "../fakes/outcomes.ts";
import { createMemoryTokens } from "../fakes/tokens.ts";

const LEASE_SECONDS = 60;
/** How long the converter hides a message as soon as it gets it. */
const HIDE_SECONDS = 120;

const uploadEvent = (job: Job, eventTime?: string) =>
  makeSqsEvent({
    Records: [{ eventTime, s3: { object: { key: sourceKey(job.owner, job.jobId) } } }],
  });

async function setUp(
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

test("an upload becomes a completed job, which is announced and no longer needs its source", async () => {
  const { deliver, read, published, finishedSources, job } = await setUp(async () => CONVERTED);
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  const done = await read();
  assert.equal(done?.state, "completed");
  assert.deepEqual(done?.result, { sizeBytes: 4000, durationSeconds: 60, title: "Talk" });
  assert.deepEqual(published, [{ owner: job.owner, jobId: job.jobId }]);
  assert.deepEqual(finishedSources, [sourceKey(job.owner, job.jobId)]);
});

test("a job that converts another's source again reads that source", async () => {
  const { jobs, job, handler, openedSources } = await setUp(async () => CONVERTED);
  const again = makeJob({
    owner: job.owner,
    sourceOf: { jobId: job.jobId, createdAt: job.createdAt },
  });
  await jobs.create(again);
  await handler(uploadEvent(again), makeContext());
  assert.equal((await jobs.get(again.owner, again.jobId))?.state, "completed");
  assert.deepEqual(openedSources, [sourceKey(job.owner, job.jobId)]);
});

test("such a job fails with a sentence if the source was deleted meanwhile", async () => {
  const { jobs, job, handler, published } = await setUp(async () => CONVERTED, { isGone: true });
  const again = makeJob({
    owner: job.owner,
    sourceOf: { jobId: job.jobId, createdAt: job.createdAt },
  });
  await jobs.create(again);
  assert.deepEqual(await handler(uploadEvent(again), makeContext()), { batchItemFailures: [] });
  const ended = await jobs.get(again.owner, again.jobId);
  assert.deepEqual(ended?.failure, { code: "source-deleted" });
  assert.equal(published.length, 1);
});

test("the owner's wait is measured by stage, from the end of the upload", async (t) => {
  const published: unknown[] = [];
  t.mock.method(metrics, "publishStoredMetrics", () => {
    published.push(metrics.serializeMetrics());
    metrics.clearMetrics();
  });
  t.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  const { job, handler } = await setUp(async () => {
    t.mock.timers.tick(1000);
    return CONVERTED;
  });
  const event = uploadEvent(job, "2023-11-14T22:13:16.000Z");
  for (const { attributes } of event.Records) attributes.SentTimestamp = "1699999996500";
  await handler(event, makeContext());
  assert.equal(published.length, 1);
  const { _aws, service, ...values } = z
    .looseObject({
      _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Dimensions: z.unknown() })) }),
      service: z.string(),
    })
    .parse(published[0]);
  assert.deepEqual(values, {
    AnnounceTime: 500,
    QueueTime: 3500,
    FirstFrameTime: 100,
    ConversionTime: 900,
    ReadyTime: 5000,
    RealTimeFactor: 60,
    ConvertedAudio: 60,
    BytesRead: 1000,
  });
  // Each value of a dimension is a metric that costs money, so jobs and users mustn't be one.
  assert.deepEqual(_aws.CloudWatchMetrics[0]?.Dimensions, [["service"]]);
});

test("every delivery after the first counts as a retry, however the one before it ended", async (t) => {
  const counted = t.mock.method(metrics, "addMetric");
  const { job, handler } = await setUp(async () => CONVERTED);
  const retries = () =>
    counted.mock.calls.filter(({ arguments: [name] }) => name === "Retries").length;
  await handler(uploadEvent(job), makeContext());
  assert.equal(retries(), 0);
  const again = uploadEvent(job);
  for (const { attributes } of again.Records) attributes.ApproximateReceiveCount = "2";
  await handler(again, makeContext());
  assert.equal(retries(), 1);
});

test("the engine gets the job's tags and cover", async () => {
  let given: Partial<EngineOptions> = {};
  const { covers, handler, jobs } = await setUp(async (_source, _sink, options) => {
    given = options;
    return CONVERTED;
  });
  const tags = { title: "Tape", artist: "Ada" };
  const job = makeJob({ hasCover: true, options: { quality: "v2", tags } });
  await jobs.create(job);
  await covers.put(job, Buffer.from("picture"));
  await handler(uploadEvent(job), makeContext());
  assert.deepEqual(given.tags, tags);
  assert.equal(Buffer.from(given.cover ?? "").toString(), "picture");
});

test("an event that comes again is announced again, but not converted", async () => {
  let conversions = 0;
  const { deliver, published } = await setUp(async () => {
    conversions += 1;
    return CONVERTED;
  });
  await deliver();
  await deliver();
  assert.equal(conversions, 1);
  assert.equal(published.length, 2);
});

test("a permanent failure is recorded and announced, never retried", async () => {
  const { deliver, read, published } = await setUp(async () => ({
    kind: "failed",
    code: "no-audio-track",
    detail: "no audio stream",
  }));
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual((await read())?.failure, { code: "no-audio-track" });
  assert.equal(published.length, 1);
});

test("a bug in the engine is a permanent failure, and is logged for an operator", async (t) => {
  const logged = t.mock.method(logger, "error", () => {});
  const cause = new TypeError("undefined is not iterable");
  const { deliver, read } = await setUp(async () => ({
    kind: "failed",
    code: "damaged",
    detail: "TypeError",
    cause,
  }));
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual((await read())?.failure, { code: "damaged" });
  const [message, details] = logged.mock.calls[0]?.arguments ?? [];
  assert.equal(message, "the engine failed");
  assert.equal((details as { error: Error }).error, cause);
});

test("after a transient failure, the message soon comes back, and the job can be claimed again", async () => {
  let conversions = 0;
  const { deliver, read, delays } = await setUp(async () => {
    conversions += 1;
    if (conversions === 1) throw new Error("S3 is slow");
    return CONVERTED;
  });
  assert.equal((await deliver()).batchItemFailures.length, 1);
  assert.deepEqual(delays, [HIDE_SECONDS, 15]);
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.equal((await read())?.state, "completed");
});

test("while another worker has the job, its message comes back until any conversion must have ended", async () => {
  const { jobs, job, handler, delays } = await setUp(async () => CONVERTED);
  await jobs.claim(job.owner, job.jobId, 900);
  for (const received of ["1", "2", "3", "4", "5"]) {
    const event = uploadEvent(job);
    for (const record of event.Records) record.attributes.ApproximateReceiveCount = received;
    assert.equal((await handler(event, makeContext())).batchItemFailures.length, 1);
  }
  const retries = delays.filter((_delay, index) => index % 2 === 1);
  const waitedSeconds = retries.slice(0, 4).reduce<number>((sum, delay) => sum + (delay ?? 0), 0);
  assert.deepEqual(retries, [60, 120, 240, 480, 900]);
  assert(waitedSeconds >= 900);
});

test("each heartbeat hides the message a little longer, so that it soon comes back if the worker dies", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { deliver, delays } = await setUp(async () => {
    for (let beat = 0; beat < 3; beat++) {
      t.mock.timers.tick(2000);
      // The record is written before the next beat is due.
      await new Promise((written) => setImmediate(written));
    }
    return CONVERTED;
  });
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(delays, Array(4).fill(HIDE_SECONDS));
});

test("the error that a worker threw is stored with the job", async () => {
  const { deliver, read } = await setUp(async () => {
    throw new TypeError("Something is undefined");
  });
  await deliver();
  assert.deepEqual((await read())?.lastError, {
    name: "TypeError",
    message: "Something is undefined",
  });
});

test("a job deleted after its worker died leaves no MP3", async () => {
  const { deliver, jobs, job, deletedResults, finishedSources } = await setUp(
    async () => CONVERTED,
  );
  await jobs.delete(job.owner, job.jobId);
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
  assert.deepEqual(finishedSources, [`${sourceKey(job.owner, job.jobId)} of a deleted job`]);
});

test("a job that is given up during its conversion leaves no MP3", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const { deliver, jobs, job, read, deletedResults } = await setUp(async () => {
    t.mock.timers.setTime(Date.now() + 2 * LEASE_SECONDS * 1000);
    const taken = await jobs.claim(job.owner, job.jobId, LEASE_SECONDS);
    assert(taken.kind === "claimed");
    await jobs.finish(taken.claim, { state: "failed", failure: { code: "internal" } });
    return CONVERTED;
  });
  await deliver();
  assert.deepEqual((await read())?.failure, { code: "internal" });
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
});

test("a job that was given up keeps its source, and is converted if it is reopened", async () => {
  const { deliver, jobs, job, read, handler, finishedSources } = await setUp(async () => CONVERTED);
  const taken = await jobs.claim(job.owner, job.jobId, LEASE_SECONDS);
  assert(taken.kind === "claimed");
  await jobs.finish(taken.claim, { state: "failed", failure: { code: "internal" } });
  await deliver();
  assert.deepEqual(finishedSources, []);
  const { body } = uploadEvent(job).Records[0] ?? { body: "" };
  const reopened = makeSqsEvent({ ...(JSON.parse(body) as object), reopen: true });
  assert.deepEqual(await handler(reopened, makeContext()), { batchItemFailures: [] });
  assert.equal((await read())?.state, "completed");
  assert.deepEqual(finishedSources, [sourceKey(job.owner, job.jobId)]);
});

test("a job that is deleted during its conversion leaves no MP3 and no message", async () => {
  const { deliver, jobs, job, published, deletedResults } = await setUp(async () => {
    await jobs.delete(job.owner, job.jobId);
    return CONVERTED;
  });
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(published, []);
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
});

for (const durationSeconds of [-0.04, 0, Number.NaN]) {
  test(`an MP3 of ${durationSeconds} seconds isn't a result`, async () => {
    const { deliver, read, published, deletedResults, job } = await setUp(async () => ({
      ...CONVERTED,
      durationSeconds,
    }));
    assert.deepEqual(await deliver(), { batchItemFailures: [] });
    assert.deepEqual((await read())?.failure, { code: "damaged" });
    assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
    assert.equal(published.length, 1);
  });
}

test("a source isn't converted if its size isn't the declared one", async () => {
  const larger = await setUp(async () => CONVERTED, { sourceBytes: 1001 });
  await larger.deliver();
  assert.deepEqual((await larger.read())?.failure, { code: "too-large" });
  const smaller = await setUp(async () => CONVERTED, { sourceBytes: 999 });
  await smaller.deliver();
  assert.deepEqual((await smaller.read())?.failure, { code: "truncated" });
});

test("a conversion that reaches the function's timeout is too long, and isn't tried again", async () => {
  const { deliver, read } = await setUp(
    (_source, _sink, _options, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  assert.deepEqual(await deliver(15.05), { batchItemFailures: [] });
  assert.deepEqual((await read())?.failure, { code: "too-long" });
});

test("a poison message is parked at once, but S3's test event isn't", async () => {
  const { handler, parked } = await setUp(async () => CONVERTED);
  const events = makeSqsEvent("not json", { Records: "none" }, { Event: "s3:TestEvent" });
  assert.deepEqual(await handler(events, makeContext()), { batchItemFailures: [] });
  assert.deepEqual(
    parked.map(({ cause }) => cause),
    Array(2).fill("NeedsOperator: The message doesn't belong in this queue."),
  );
});

async function setUpNotifier(job: Job) {
  const records = new Map<string, string>();
  const jobs = createMemoryJobStore(records);
  const parked: string[] = [];
  await jobs.create(job);
  const sent: { to: string; subject: string; text: string }[] = [];
  const delays: (number | undefined)[] = [];
  const state: { error: Error | undefined } = { error: undefined };
  const settings = createMemorySettings();
  const sentAgain: { message: ConversionFinished; delaySeconds: number }[] = [];
  const handler = createNotifier({
    jobs,
    settings,
    sendAgain: async (message, delaySeconds) => {
      sentAgain.push({ message, delaySeconds });
    },
    tokens: createMemoryTokens(),
    sendEmail: async (to, { subject, text }) => {
      // Time for another delivery to come in between.
      await sleep(5);
      if (state.error) throw state.error;
      sent.push({ to, subject, text });
    },
    delayMessage: async ({ VisibilityTimeout }) => delays.push(VisibilityTimeout),
    park: async (_body, cause) => void parked.push(cause),
    publicApiUrl: "https://api.test",
    pageUrl: "https://tapes.test",
    resultRetentionDays: 30,
  });
  const message = { owner: job.owner, jobId: job.jobId };
  const deliver = () => handler(makeSqsEvent(message, message), makeContext());
  const read = () => jobs.get(job.owner, job.jobId);
  return {
    deliver,
    handler,
    records,
    parked,
    jobs,
    settings,
    sent,
    sentAgain,
    state,
    delays,
    read,
  };
}

const completed = (overrides: Partial<Job> = {}) =>
  makeJob({
    state: "completed",
    result: { sizeBytes: 4000, durationSeconds: 60, title: "Talk" },
    ...overrides,
  });

test("users who want no emails get none, and users who want failures get only those", async () => {
  for (const [emails, job, count] of [
    ["none", completed(), 0],
    ["failures", completed(), 0],
    ["failures", makeJob({ state: "failed", failure: { code: "truncated" } }), 1],
  ] as const) {
    const { deliver, settings, sent } = await setUpNotifier(job);
    await settings.change(job.owner, { emails });
    assert.deepEqual(await deliver(), { batchItemFailures: [] });
    assert.equal(sent.length, count, emails);
  }
});

test("no email is sent about a job whose end its owner has seen", async () => {
  const job = completed();
  const { deliver, jobs, sent, read } = await setUpNotifier(job);
  assert.equal(await jobs.markSeen(job.owner, job.jobId), true);
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(sent, []);
  assert.equal((await read())?.notification?.state, "seen");
});

test("a digest waits for the jobs that still run, and covers all of them in one email", async () => {
  const job = completed();
  const { owner } = job;
  const { handler, deliver, jobs, settings, sent, sentAgain } = await setUpNotifier(job);
  await settings.change(owner, { emails: "digest" });
  const running = makeJob({ owner });
  await jobs.create(running);
  const claimed = await jobs.claim(owner, running.jobId, 60);
  assert(claimed.kind === "claimed");
  const told = completed({ owner, notification: { state: "sent", at: job.updatedAt } });
  await jobs.create(told);
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(sent, []);
  assert.equal(sentAgain[0]?.delaySeconds, 60);
  await jobs.finish(claimed.claim, { state: "failed", failure: { code: "truncated" } });
  const messages = [job, running].map(({ jobId }) => ({ owner, jobId }));
  await handler(makeSqsEvent(...messages), makeContext());
  assert.deepEqual(
    sent.map(({ subject }) => subject),
    ["1 MP3 ready, 1 video could not be converted"],
  );
});

test("a digest covers many jobs, including those that aren't among the newest", async () => {
  const oldest = completed();
  const { owner } = oldest;
  const { handler, jobs, settings, sent, sentAgain } = await setUpNotifier(oldest);
  await settings.change(owner, { emails: "digest" });
  const pieces = [oldest];
  while (pieces.length < 99) pieces.push(completed({ owner }));
  for (const piece of pieces.slice(1)) await jobs.create(piece);
  const last = makeJob({ owner });
  await jobs.create(last);
  const claimed = await jobs.claim(owner, last.jobId, 60);
  assert(claimed.kind === "claimed");
  const deliver = () =>
    handler(makeSqsEvent(...pieces.map(({ jobId }) => ({ owner, jobId }))), makeContext());
  await deliver();
  assert.deepEqual(sent, []);
  assert.equal(sentAgain.length, 99);
  await jobs.finish(claimed.claim, { state: "failed", failure: { code: "truncated" } });
  await deliver();
  assert.deepEqual(
    sent.map(({ subject }) => subject),
    ["50 MP3s ready", "49 MP3s ready, 1 video could not be converted"],
  );
});

test("a digest doesn't wait forever, and releases every job if it can't be sent", async () => {
  const longAgo = new Date(Date.now() - 16 * 60_000).toISOString();
  const job = completed({ updatedAt: longAgo });
  const { owner } = job;
  const { deliver, jobs, settings, sent, state } = await setUpNotifier(job);
  await settings.change(owner, { emails: "digest" });
  const other = completed({ owner });
  await jobs.create(other);
  await jobs.create(makeJob({ owner, state: "converting" }));
  state.error = new Error("SES is down");
  assert.equal((await deliver()).batchItemFailures.length, 2);
  assert.equal((await jobs.get(owner, other.jobId))?.notification, undefined);
  state.error = undefined;
  await deliver();
  assert.deepEqual(
    sent.map(({ subject }) => subject),
    ["2 MP3s ready"],
  );
});

test("an announcement becomes one email, however often it is delivered, even within a batch", async () => {
  const { deliver, sent } = await setUpNotifier(completed());
  await deliver();
  await deliver();
  assert.equal(sent.length, 1);
  assert.equal(sent[0]?.to, "ada@example.org");
  assert.match(sent[0]?.text ?? "", /https:\/\/api\.test\/download\?token=/);
});

test("an email that can't be sent now is sent later", async () => {
  const { deliver, sent, state, read } = await setUpNotifier(completed());
  state.error = new Error("SES is down");
  assert.equal((await deliver()).batchItemFailures.length, 2);
  assert.equal((await read())?.notification, undefined);
  state.error = undefined;
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.equal(sent.length, 1);
});

test("of two simultaneous deliveries, one sends the email and the other waits for it", async () => {
  const { deliver, sent, delays, read } = await setUpNotifier(completed());
  const both = await Promise.all([deliver(), deliver()]);
  assert.equal(sent.length, 1);
  assert.equal(both.flatMap(({ batchItemFailures }) => batchItemFailures).length, delays.length);
  // It isn't acknowledged until the email has certainly been sent.
  for (const seconds of delays) assert(seconds && seconds >= 60 && seconds < 65);
  assert.equal((await read())?.notification?.state, "sent");
  await deliver();
  assert.equal(sent.length, 1);
});

test("if a sender died, the next one sends the email after a while", async () => {
  const { deliver, sent, jobs, read } = await setUpNotifier(completed());
  const job = await read();
  assert(job);
  await jobs.claimNotification(job.owner, job.jobId, 0);
  await deliver();
  assert.equal(sent.length, 1);
});

test("an email that SES refuses for good is recorded, and goes to the DLQ without waiting", async () => {
  const { deliver, sent, state, delays, read } = await setUpNotifier(completed());
  state.error = new EmailRefused("SES refused the email: MessageRejected");
  assert.equal((await deliver()).batchItemFailures.length, 2);
  assert.deepEqual(delays, [0, 0]);
  assert.equal((await read())?.notification?.state, "failed");
  // An operator fixes the cause and redrives the message.
  state.error = undefined;
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.equal(sent.length, 1);
  assert.equal((await read())?.notification?.state, "sent");
});

test("a record that can't be read parks its message at the first try, and frees the turn", async () => {
  const { records, job, deliver, usage, parked, published, delays } = await setUp(
    async () => CONVERTED,
  );
  records.set(jobKey(job.owner, job.jobId), "{");
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  const [message, ...others] = parked;
  assert.deepEqual(
    JSON.parse(message?.body ?? ""),
    JSON.parse(uploadEvent(job).Records[0]?.body ?? ""),
  );
  assert.match(message?.cause ?? "", /^UnreadableRecord: The job's record can't be read/);
  assert.deepEqual(others, []);
  assert.deepEqual(published, []);
  assert.deepEqual(delays, [2 * LEASE_SECONDS]);
  // Its owner's other jobs don't wait for it.
  const turns = createTurns({
    usage,
    getJob: createMemoryJobStore(records).get,
    conversionsPerUser: 1,
  });
  assert.deepEqual(await turns.take({ owner: job.owner, jobId: createJobId() }), { kind: "taken" });
});

test("a source of no job is parked, and so is a message whose email can't be written", async () => {
  const { handler, parked, deletedResults } = await setUp(async () => CONVERTED);
  const foreign = { Records: [{ s3: { object: { key: "elsewhere/file" } } }] };
  const results = await handler(makeSqsEvent(foreign), makeContext());
  assert.deepEqual(results, { batchItemFailures: [] });
  assert.match(parked[0]?.cause ?? "", /a key that belongs to no job/);
  assert.deepEqual(deletedResults, []);

  const job = completed();
  const notifier = await setUpNotifier(job);
  notifier.records.set(jobKey(job.owner, job.jobId), "{}");
  assert.deepEqual(await notifier.deliver(), { batchItemFailures: [] });
  assert.equal(notifier.parked.length, 2, "each of the two deliveries");
  assert.deepEqual(notifier.sent, []);
});

test("a day's minutes count what was encoded, also for jobs that fail or are deleted", async () => {
  const countMinutes = async (
    end: (own: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>,
    seconds?: number,
  ) => {
    const own: Awaited<ReturnType<typeof setUp>> = await setUp(
      async (_source, _sink, _options, hooks) => {
        hooks.onProgress?.({ fraction: 0.5, audioSeconds: 1800 });
        await end(own);
        return { kind: "failed", code: "damaged", detail: "" };
      },
    );
    await own.deliver(seconds);
    let counted: number | undefined;
    await own.usage.update(own.job.owner, async (stored) => {
      counted = stored.audioSeconds;
      return stored;
    });
    return counted;
  };
  assert.equal(await countMinutes(async () => {}), 1800);
  const deleteIt = async ({ jobs, job }: Awaited<ReturnType<typeof setUp>>) =>
    jobs.delete(job.owner, job.jobId);
  assert.equal(await countMinutes(deleteIt), 1800);
  // A fault of ours is tried again, and costs nothing.
  const fail = () => Promise.reject(new Error("S3 is down"));
  assert.equal(await countMinutes(fail), 0);
});

test("a user's videos take only their share, and a message that has to wait keeps all its tries", async () => {
  const { jobs, job, turns, usage, deliver, read, sentAgain, published } = await setUp(
    async () => CONVERTED,
  );
  const others = [makeJob({ owner: job.owner }), makeJob({ owner: job.owner })];
  const claims = await Promise.all(
    others.map(async (other) => {
      await jobs.create(other);
      await turns.take(other);
      const claimed = await jobs.claim(other.owner, other.jobId, LEASE_SECONDS);
      assert(claimed.kind === "claimed");
      return claimed.claim;
    }),
  );
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.equal((await read())?.state, "awaiting-upload");
  const message = { Records: [{ s3: { object: { key: sourceKey(job.owner, job.jobId) } } }] };
  assert.deepEqual(sentAgain, [{ message, delaySeconds: 2 }]);
  assert.equal(published.length, 0);

  // The other worker dies before it returns its turn. The end of its job frees the turn, too.
  assert(claims[0]);
  await jobs.finish(claims[0], { state: "failed", failure: { code: "damaged" } });
  await deliver();
  assert.equal((await read())?.state, "completed");
  assert.equal(sentAgain.length, 1);

  await usage.update(job.owner, async (stored) => {
    assert.equal(stored.audioSeconds, 60);
    assert.deepEqual(
      stored.converting.map(({ jobId }) => jobId),
      [others[1]?.jobId],
    );
    return stored;
  });
});
