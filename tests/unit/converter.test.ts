import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import type { EngineOptions } from "../../engine/types.ts";
import { logger, metrics } from "../../functions/runtime/observability.ts";
import { resultKey, sourceKey } from "../../functions/storage/job.ts";
import { HIDE_SECONDS, LEASE_SECONDS, setUpConverter, uploadEvent } from "../fakes/converter.ts";
import { makeJob } from "../fakes/jobs.ts";
import { makeContext, makeSqsEvent } from "../fakes/lambda.ts";
import { CONVERTED } from "../fakes/outcomes.ts";

test("an upload becomes a completed job, which is announced and no longer needs its source", async () => {
  const { deliver, read, published, finishedSources, job } = await setUpConverter(
    async () => CONVERTED,
  );
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  const done = await read();
  assert.equal(done?.state, "completed");
  assert.deepEqual(done?.result, { sizeBytes: 4000, durationSeconds: 60, title: "Talk" });
  assert.deepEqual(published, [{ owner: job.owner, jobId: job.jobId }]);
  assert.deepEqual(finishedSources, [sourceKey(job.owner, job.jobId)]);
});

test("a job that converts another's source again reads that source", async () => {
  const { jobs, job, handler, openedSources } = await setUpConverter(async () => CONVERTED);
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
  const { jobs, job, handler, published } = await setUpConverter(async () => CONVERTED, {
    isGone: true,
  });
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
  const { job, handler } = await setUpConverter(async () => {
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
  const { job, handler } = await setUpConverter(async () => CONVERTED);
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
  const { covers, handler, jobs } = await setUpConverter(async (_source, _sink, options) => {
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
  const { deliver, published } = await setUpConverter(async () => {
    conversions += 1;
    return CONVERTED;
  });
  await deliver();
  await deliver();
  assert.equal(conversions, 1);
  assert.equal(published.length, 2);
});

test("a permanent failure is recorded and announced, never retried", async () => {
  const { deliver, read, published } = await setUpConverter(async () => ({
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
  const { deliver, read } = await setUpConverter(async () => ({
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
  const { deliver, read, delays } = await setUpConverter(async () => {
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
  const { jobs, job, handler, delays } = await setUpConverter(async () => CONVERTED);
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
  const { deliver, delays } = await setUpConverter(async () => {
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
  const { deliver, read } = await setUpConverter(async () => {
    throw new TypeError("Something is undefined");
  });
  await deliver();
  assert.deepEqual((await read())?.lastError, {
    name: "TypeError",
    message: "Something is undefined",
  });
});

test("a job deleted after its worker died leaves no MP3", async () => {
  const { deliver, jobs, job, deletedResults, finishedSources } = await setUpConverter(
    async () => CONVERTED,
  );
  await jobs.delete(job.owner, job.jobId);
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
  assert.deepEqual(finishedSources, [`${sourceKey(job.owner, job.jobId)} of a deleted job`]);
});

test("a job that is given up during its conversion leaves no MP3", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const { deliver, jobs, job, read, deletedResults } = await setUpConverter(async () => {
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
  const { deliver, jobs, job, read, handler, finishedSources } = await setUpConverter(
    async () => CONVERTED,
  );
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
  const { deliver, jobs, job, published, deletedResults } = await setUpConverter(async () => {
    await jobs.delete(job.owner, job.jobId);
    return CONVERTED;
  });
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.deepEqual(published, []);
  assert.deepEqual(deletedResults, [resultKey(job.owner, job.jobId)]);
});

for (const durationSeconds of [-0.04, 0, Number.NaN]) {
  test(`an MP3 of ${durationSeconds} seconds isn't a result`, async () => {
    const { deliver, read, published, deletedResults, job } = await setUpConverter(async () => ({
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
  const larger = await setUpConverter(async () => CONVERTED, { sourceBytes: 1001 });
  await larger.deliver();
  assert.deepEqual((await larger.read())?.failure, { code: "too-large" });
  const smaller = await setUpConverter(async () => CONVERTED, { sourceBytes: 999 });
  await smaller.deliver();
  assert.deepEqual((await smaller.read())?.failure, { code: "truncated" });
});

test("a conversion that reaches the function's timeout is too long, and isn't tried again", async () => {
  const { deliver, read } = await setUpConverter(
    (_source, _sink, _options, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  assert.deepEqual(await deliver(15.05), { batchItemFailures: [] });
  assert.deepEqual((await read())?.failure, { code: "too-long" });
});

test("a poison message is parked at once, but S3's test event isn't", async () => {
  const { handler, parked } = await setUpConverter(async () => CONVERTED);
  const events = makeSqsEvent("not json", { Records: "none" }, { Event: "s3:TestEvent" });
  assert.deepEqual(await handler(events, makeContext()), { batchItemFailures: [] });
  assert.deepEqual(
    parked.map(({ cause }) => cause),
    Array(2).fill("NeedsOperator: The message doesn't belong in this queue."),
  );
});
