import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createHandler as createNotifier } from "../../functions/notifier/handler.ts";
import { EmailRefused } from "../../functions/notifier/ses-sender.ts";
import { type Job, jobKey } from "../../functions/storage/job.ts";
import type { ConversionFinished } from "../../functions/storage/messages.ts";
import { makeJob } from "../fakes/jobs.ts";
import { makeContext, makeSqsEvent } from "../fakes/lambda.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { createMemoryTokens } from "../fakes/tokens.ts";

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

test("a message whose email can't be written is parked", async () => {
  const job = completed();
  const notifier = await setUpNotifier(job);
  notifier.records.set(jobKey(job.owner, job.jobId), "{}");
  assert.deepEqual(await notifier.deliver(), { batchItemFailures: [] });
  assert.equal(notifier.parked.length, 2, "each of the two deliveries");
  assert.deepEqual(notifier.sent, []);
});
