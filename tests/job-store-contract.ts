import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../functions/core/job.ts";
import { type Claim, ClaimLost, type JobStore } from "../functions/core/job-store.ts";
import { makeJob } from "./fakes/jobs.ts";

const RESULT = { sizeBytes: 10, durationSeconds: 1.5, title: "Talk" };

/** What every {@link JobStore} must do; run against the fake and against S3. */
export function testJobStore(name: string, open: () => Promise<JobStore>): void {
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
    assert.deepEqual(await store.get(job.owner, job.jobId), job);
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
    assert.equal(await store.delete(stranger, job.jobId), false);
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

  test(`${name}: a lease that ran out can be taken, and its old holder is told`, async () => {
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
    await store.release(await claimJob(store, job));
    await claimJob(store, job);
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
    assert.equal(await store.delete(job.owner, job.jobId), true);
    await assert.rejects(store.finish(claim, { state: "completed", result: RESULT }), ClaimLost);
    assert.equal(await store.get(job.owner, job.jobId), undefined);
    assert.equal((await store.claim(job.owner, job.jobId, 60)).kind, "missing");
  });

  test(`${name}: an email is noted once sent, and a deleted job needs no note`, async () => {
    const { store, job } = await createJob();
    await store.finish(await claimJob(store, job), { state: "completed", result: RESULT });
    await store.markNotified(job.owner, job.jobId);
    assert((await store.get(job.owner, job.jobId))?.notifiedAt);
    await store.delete(job.owner, job.jobId);
    await store.markNotified(job.owner, job.jobId);
    assert.equal(await store.get(job.owner, job.jobId), undefined);
  });
}
