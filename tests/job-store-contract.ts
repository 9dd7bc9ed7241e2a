import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Job, jobKey } from "../functions/storage/job.ts";
import { type Claim, ClaimLost, type JobStore } from "../functions/storage/job-store.ts";
import { makeJob } from "./fakes/jobs.ts";

const RESULT = { sizeBytes: 10, durationSeconds: 1.5, title: "Talk" };

/** What every {@link JobStore} must do; run against the fake and against S3. */
export function testJobStore(
  name: string,
  open: () => Promise<JobStore>,
  writeText: (key: string, text: string) => Promise<unknown>,
): void {
  /** Puts anything where a record should be. */
  async function putRecord(job: Job | undefined, text = ""): Promise<void> {
    assert(job);
    await writeText(jobKey(job.owner, job.jobId), text);
  }

  async function createJob(overrides: Partial<Job> = {}) {
    const store = await open();
    const job = makeJob(overrides);
    await store.create(job);
    return { store, job };
  }

  async function claimJob(store: JobStore, { owner, jobId }: Job, seconds = 60): Promise<Claim> {
    const claimed = await store.claim(owner, jobId, seconds);
    assert.equal(claimed.kind, "claimed");
    assert(claimed.kind === "claimed");
    return claimed.claim;
  }

  test(`${name}: a job reads back as it was created`, async () => {
    const { store, job } = await createJob({ fileName: 'Ünïcode "talk" 😀.mp4' });
    const { revision: _, ...stored } = (await store.get(job.owner, job.jobId)) ?? {};
    assert.deepEqual(stored, job);
  });

  test(`${name}: an id is taken once`, async () => {
    const { store, job } = await createJob();
    await assert.rejects(store.create({ ...job, fileName: "other.mp4" }));
    assert.equal((await store.get(job.owner, job.jobId))?.fileName, "talk.mp4");
  });

  test(`${name}: another owner doesn't see a job`, async () => {
    const { store, job } = await createJob();
    const stranger = makeJob().owner;
    assert.equal(await store.get(stranger, job.jobId), undefined);
    assert.deepEqual(await store.list(stranger, { limit: 10 }), { jobs: [] });
    assert.equal(await store.delete(stranger, job.jobId), undefined);
    assert((await store.get(job.owner, job.jobId)) !== undefined);
  });

  test(`${name}: pages are newest first and complete`, async () => {
    const store = await open();
    const { owner } = makeJob();
    const made = [makeJob({ owner }), makeJob({ owner }), makeJob({ owner })];
    for (const job of made) await store.create(job);
    const first = await store.list(owner, { limit: 2 });
    const second = await store.list(owner, { limit: 2, cursor: first.nextCursor });
    const ids = [...first.jobs, ...second.jobs].map(({ jobId }) => jobId);
    assert.deepEqual(ids, made.map(({ jobId }) => jobId).reverse());
    assert.equal(second.nextCursor, undefined);
  });

  test(`${name}: one of two workers gets the claim`, async () => {
    const { store, job } = await createJob();
    const claims = await Promise.all([
      store.claim(job.owner, job.jobId, 60),
      store.claim(job.owner, job.jobId, 60),
    ]);
    assert.deepEqual(claims.map(({ kind }) => kind).sort(), ["claimed", "leased"]);
    assert.equal((await store.get(job.owner, job.jobId))?.state, "converting");
  });

  test(`${name}: a lease that ran out can be taken, and its old holder notices`, async () => {
    const { store, job } = await createJob();
    const dead = await claimJob(store, job, 0.01);
    await sleep(30);
    const alive = await claimJob(store, job);
    await assert.rejects(
      store.recordProgress(dead, { fraction: 0.5, audioSeconds: 1 }, 60),
      ClaimLost,
    );
    await assert.rejects(store.finish(dead, { state: "completed", result: RESULT }), ClaimLost);
    await store.finish(alive, { state: "completed", result: RESULT });
  });

  test(`${name}: progress is seen and renews the lease`, async () => {
    const { store, job } = await createJob();
    const claim = await claimJob(store, job, 0.05);
    await store.recordProgress(claim, { fraction: 0.5, audioSeconds: 30 }, 60);
    await sleep(80);
    assert.equal((await store.claim(job.owner, job.jobId, 60)).kind, "leased");
    const progress = (await store.get(job.owner, job.jobId))?.progress;
    assert.deepEqual(progress, { fraction: 0.5, audioSeconds: 30 });
  });

  test(`${name}: a claim goes on after its own older version was used`, async () => {
    const { store, job } = await createJob();
    const claim = await claimJob(store, job);
    await store.recordProgress(claim, { fraction: 0.5, audioSeconds: 30 }, 60);
    // As if the answer to that write had got lost.
    await store.finish(claim, { state: "completed", result: RESULT });
    assert.equal((await store.get(job.owner, job.jobId))?.state, "completed");
  });

  test(`${name}: a lease given back can be taken at once`, async () => {
    const { store, job } = await createJob();
    await store.release(await claimJob(store, job), new Error("S3 is slow"));
    await claimJob(store, job);
    assert.deepEqual((await store.get(job.owner, job.jobId))?.lastError, {
      name: "Error",
      message: "S3 is slow",
    });
  });

  test(`${name}: a job that was given up is claimed again only when it is reopened`, async () => {
    const { store, job } = await createJob();
    await store.finish(await claimJob(store, job), {
      state: "failed",
      failure: { code: "internal" },
    });
    const told = await store.claimNotification(job.owner, job.jobId, 60);
    assert(told.kind === "claimed");
    await store.settleNotification(told.claim, "sent");
    assert.equal((await store.claim(job.owner, job.jobId, 60)).kind, "finished");
    const reopened = await store.claim(job.owner, job.jobId, 60, { reopen: true });
    assert(reopened.kind === "claimed");
    assert.equal((await store.get(job.owner, job.jobId))?.failure, undefined);
    await store.finish(reopened.claim, { state: "completed", result: RESULT });
    const done = await store.get(job.owner, job.jobId);
    assert.equal(done?.state, "completed");
    const toldAgain = await store.claimNotification(job.owner, job.jobId, 60);
    assert.equal(toldAgain.kind, "claimed", "its owner also gets an email about the new end");
    const again = await store.claim(job.owner, job.jobId, 60, { reopen: true });
    assert.equal(again.kind, "finished", "what is converted stays so");
  });

  test(`${name}: what its owner has seen needs no email, and what is told stays told`, async () => {
    const { store, job } = await createJob();
    const { owner, jobId } = job;
    assert.equal(await store.markSeen(owner, jobId), true);
    assert.equal((await store.get(owner, jobId))?.notification, undefined, "nothing to see yet");
    await store.finish(await claimJob(store, job), { state: "completed", result: RESULT });
    const claimed = await store.claimNotification(owner, jobId, 60);
    assert(claimed.kind === "claimed");
    await store.markSeen(owner, jobId);
    assert.equal((await store.get(owner, jobId))?.notification?.state, "sending");
    await store.settleNotification(claimed.claim, "unsent");
    await store.markSeen(owner, jobId);
    assert.equal((await store.claimNotification(owner, jobId, 60)).kind, "sent");
    await store.delete(owner, jobId);
    assert.equal(await store.markSeen(owner, jobId), false);
  });

  test(`${name}: what fails because of the file isn't reopened`, async () => {
    const { store, job } = await createJob();
    await store.finish(await claimJob(store, job), {
      state: "failed",
      failure: { code: "truncated" },
    });
    const again = await store.claim(job.owner, job.jobId, 60, { reopen: true });
    assert.equal(again.kind, "finished");
  });

  test(`${name}: a finished job is never claimed again`, async () => {
    const { store, job } = await createJob();
    await store.finish(await claimJob(store, job), {
      state: "failed",
      failure: { code: "no-audio-track" },
    });
    const again = await store.claim(job.owner, job.jobId, 60);
    assert(again.kind === "finished");
    assert.deepEqual(again.job.failure, { code: "no-audio-track" });
    assert.equal(again.job.lease, undefined);
  });

  test(`${name}: deleting a job stops its worker`, async () => {
    const { store, job } = await createJob();
    const claim = await claimJob(store, job);
    const deleted = await store.delete(job.owner, job.jobId);
    assert(deleted && deleted !== "unreadable");
    assert.equal(deleted.jobId, job.jobId);
    await assert.rejects(store.finish(claim, { state: "completed", result: RESULT }), ClaimLost);
    assert.equal(await store.get(job.owner, job.jobId), undefined);
    assert.equal((await store.claim(job.owner, job.jobId, 60)).kind, "missing");
  });

  async function createFinishedJob() {
    const { store, job } = await createJob();
    await store.finish(await claimJob(store, job), { state: "completed", result: RESULT });
    const claim = () => store.claimNotification(job.owner, job.jobId, 60);
    return { store, job, claim };
  }

  async function claimNotification(store: JobStore, { owner, jobId }: Job, seconds = 60) {
    const claimed = await store.claimNotification(owner, jobId, seconds);
    assert(claimed.kind === "claimed");
    return claimed.claim;
  }

  test(`${name}: one of many senders gets the email, and none once it is sent`, async () => {
    const { store, job, claim } = await createFinishedJob();
    const before = await store.get(job.owner, job.jobId);
    const claims = await Promise.all(Array.from({ length: 5 }, claim));
    const [won] = claims.flatMap((result) => (result.kind === "claimed" ? [result.claim] : []));
    assert(won);
    assert.equal(claims.filter(({ kind }) => kind === "sending").length, 4);
    await store.settleNotification(won, "sent");
    assert.deepEqual(await claim(), { kind: "sent" });
    const after = await store.get(job.owner, job.jobId);
    assert.equal(after?.notification?.state, "sent");
    assert.equal(after?.updatedAt, before?.updatedAt, "the MP3's life is counted from there");
  });

  test(`${name}: an email that wasn't sent can be claimed again, a failed one as well`, async () => {
    const { store, job } = await createFinishedJob();
    await store.settleNotification(await claimNotification(store, job), "unsent");
    assert.equal((await store.get(job.owner, job.jobId))?.notification, undefined);
    await store.settleNotification(await claimNotification(store, job), "failed");
    assert.equal((await store.get(job.owner, job.jobId))?.notification?.state, "failed");
    await claimNotification(store, job);
  });

  test(`${name}: a dead sender's claim runs out, and it can't settle what is another's`, async () => {
    const { store, job, claim } = await createFinishedJob();
    const dead = await claimNotification(store, job, 0.01);
    await sleep(30);
    await claimNotification(store, job);
    for (const outcome of ["sent", "failed", "unsent"] as const) {
      await store.settleNotification(dead, outcome);
      assert.equal((await claim()).kind, "sending");
    }
  });

  test(`${name}: there is no email about a job that is unfinished or deleted`, async () => {
    const { store, job } = await createJob();
    const claim = () => store.claimNotification(job.owner, job.jobId, 60);
    assert.deepEqual(await claim(), { kind: "unfinished" });
    await store.finish(await claimJob(store, job), { state: "completed", result: RESULT });
    const held = await claimNotification(store, job);
    await store.delete(job.owner, job.jobId);
    await store.settleNotification(held, "sent");
    assert.equal(await store.get(job.owner, job.jobId), undefined);
    assert.deepEqual(await claim(), { kind: "missing" });
  });

  test(`${name}: a record of before is known to have been emailed`, async () => {
    const { store, job } = await createJob({
      state: "completed",
      result: RESULT,
      notifiedAt: new Date().toISOString(),
    });
    assert.deepEqual(await store.claimNotification(job.owner, job.jobId, 60), { kind: "sent" });
  });

  test(`${name}: what doesn't fit the schema isn't written`, async () => {
    const { store, job } = await createJob();
    const bad = makeJob({ sizeBytes: -1 });
    await assert.rejects(store.create(bad));
    assert.equal(await store.get(bad.owner, bad.jobId), undefined);
    const claim = await claimJob(store, job);
    for (const durationSeconds of [-1.5, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const result = { ...RESULT, durationSeconds };
      await assert.rejects(store.finish(claim, { state: "completed", result }));
    }
    assert.equal((await store.get(job.owner, job.jobId))?.state, "converting");
    await store.finish(claim, { state: "completed", result: RESULT });
  });

  test(`${name}: texts from a file are bounded and well-formed in the record`, async () => {
    const { store, job } = await createJob({ fileName: "half \ud83d.mp4" });
    assert.equal((await store.get(job.owner, job.jobId))?.fileName, "half \ufffd.mp4");
    const title = "😀".repeat(500_000);
    const outcome = { state: "completed", result: { ...RESULT, title } } as const;
    const finished = await store.finish(await claimJob(store, job), outcome);
    assert.equal(finished.result?.title, `${"😀".repeat(199)}…`);
    assert.equal((await store.get(job.owner, job.jobId))?.result?.title, finished.result.title);
  });

  test(`${name}: one bad record doesn't hide the others`, async () => {
    const store = await open();
    const { owner } = makeJob();
    const jobs = Array.from({ length: 5 }, () => makeJob({ owner })).reverse();
    const ids = jobs.map(({ jobId }) => jobId);
    const result = { ...RESULT, durationSeconds: -0.04 };
    const bad = ["", "{}", JSON.stringify({ ...jobs[3], state: "completed", result })];
    for (const job of jobs) await store.create(job);
    await putRecord(jobs[1], bad[0]);
    await putRecord(jobs[2], bad[1]);
    await putRecord(jobs[3], bad[2]);
    const list = async (cursor?: Job["jobId"]) => {
      const page = await store.list(owner, { limit: 2, ...(cursor && { cursor }) });
      return { ...page, jobs: page.jobs.map(({ jobId }) => jobId) };
    };
    const first = await list();
    assert.deepEqual(first, { jobs: [ids[0]], nextCursor: ids[1] });
    const second = await list(first.nextCursor);
    assert.deepEqual(second, { jobs: [], nextCursor: ids[3] });
    assert.deepEqual(await list(second.nextCursor), { jobs: [ids[4]] });
    assert.equal(await store.delete(owner, ids[2] ?? ""), "unreadable");
  });
}
