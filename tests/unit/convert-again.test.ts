import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { JobView } from "../../contract/api.ts";
import { JobId } from "../../contract/job.ts";
import { createJobId } from "../../contract/job-id.ts";
import { createHandler as createJobsHandler } from "../../functions/jobs/handler.ts";
import { type Job, sourceKey } from "../../functions/storage/job.ts";
import { createHandler } from "../../functions/upload/handler.ts";
import { makeJob } from "../fakes/jobs.ts";
import { callHttp } from "../fakes/lambda.ts";
import { createMemoryCovers } from "../fakes/memory-covers.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { createMemorySourceHolds } from "../fakes/memory-source-holds.ts";
import { createMemoryUsageStore } from "../fakes/memory-usage-store.ts";
import { bearer, createMemoryTokens } from "../fakes/tokens.ts";

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]);

/** @param sendMessage gets the number of messages before this one, and may throw. */
async function setUp({ isSourceThere = true, sendMessage = (_before: number) => {} } = {}) {
  const jobs = createMemoryJobStore();
  const tokens = createMemoryTokens();
  const owner = randomUUID();
  const user = { id: owner, email: "ada@example.org", role: "user" as const };
  const headers = bearer(await tokens.issueSession(user));
  const covers = createMemoryCovers();
  const holds = createMemorySourceHolds({ isSourceThere });
  const announced: { message: unknown; delaySeconds: number }[] = [];
  const upload = createHandler({
    ...{ jobs, tokens, covers, holds },
    maxSourceBytes: 1000,
    usage: createMemoryUsageStore(),
    limits: { openJobs: 3, bytesPerDay: 1000, minutesPerDay: 60 },
    announce: async (message, delaySeconds = 0) => {
      sendMessage(announced.length);
      announced.push({ message, delaySeconds });
    },
    presignSource: async () => assert.fail("nothing is uploaded"),
  });
  const createJob = async (overrides: Partial<Job> = {}) => {
    const job = makeJob({ owner, sizeBytes: 1000, state: "completed", ...overrides });
    await jobs.create(job);
    return job;
  };
  const again = (jobId: string, body: unknown = {}) =>
    callHttp(upload, {
      method: "POST",
      resource: "/jobs/{jobId}/again",
      pathParameters: { jobId },
      headers,
      body,
    });
  const listing = createJobsHandler({
    ...{ jobs, tokens, settings: createMemorySettings() },
    pageUrl: "https://tapes.test",
    sourceRetentionDays: 1,
    resultRetentionDays: 30,
    deleteJobObjects: async () => assert.fail("nothing is deleted"),
  });
  const view = async (jobId: string) => {
    const resource = "/jobs/{jobId}";
    const call = { method: "GET", resource, pathParameters: { jobId }, headers };
    return JobView.parse((await callHttp(listing, call)).body);
  };
  return { view, jobs, owner, headers, covers, holds, announced, upload, createJob, again };
}

const failToSend = () => assert.fail("the queue is down");

test("a source is converted again with other options, by a job that is announced", async () => {
  const { jobs, owner, createJob, again, holds, announced } = await setUp();
  const earlier = await createJob({ options: { quality: "v0", startSeconds: 5 } });
  const { status, body } = await again(earlier.jobId, { options: { quality: "speech" } });
  assert.equal(status, 201);
  const jobId = JobId.parse(body?.jobId);
  assert.notEqual(jobId, earlier.jobId);
  const job = await jobs.get(owner, jobId);
  assert.equal(job?.state, "awaiting-upload");
  assert.deepEqual(job?.options, { quality: "speech" });
  assert.deepEqual(job?.sourceOf, { jobId: earlier.jobId, createdAt: earlier.createdAt });
  assert.deepEqual([job?.fileName, job?.sizeBytes], [earlier.fileName, earlier.sizeBytes]);
  assert.deepEqual(holds.calls, [`hold ${owner}/${earlier.jobId}`]);
  const message = { Records: [{ s3: { object: { key: sourceKey(owner, jobId) } } }] };
  assert.deepEqual(announced, [
    { message, delaySeconds: 900 },
    { message, delaySeconds: 0 },
  ]);
});

test("a job that can't be announced isn't created", async () => {
  const { jobs, owner, createJob, again, holds } = await setUp({ sendMessage: failToSend });
  assert.equal((await again((await createJob()).jobId)).status, 500);
  assert.equal((await jobs.list(owner, { limit: 10 })).jobs.length, 1);
  assert.deepEqual(holds.calls, []);
});

test("a job that can't be announced at once is announced later", async () => {
  const sendMessage = (before: number) => before > 0 && failToSend();
  const { jobs, owner, createJob, again, announced } = await setUp({ sendMessage });
  const { status, body } = await again((await createJob()).jobId);
  assert.equal(status, 201);
  assert(await jobs.get(owner, JobId.parse(body?.jobId)));
  assert.deepEqual(
    announced.map(({ delaySeconds }) => delaySeconds),
    [900],
  );
});

test("a job whose record can't be written releases its source", async (t) => {
  const { jobs, createJob, again, holds, announced } = await setUp();
  const { jobId } = await createJob();
  t.mock.method(jobs, "create", async () => assert.fail("S3 is down"));
  assert.equal((await again(jobId)).status, 500);
  assert.deepEqual(
    holds.calls.map((call) => call.split(" ")[0]),
    ["hold", "release"],
  );
  assert.deepEqual(
    announced.map(({ delaySeconds }) => delaySeconds),
    [900],
  );
});

test("converting a job again that was itself converted again uses the original upload", async () => {
  const { jobs, owner, createJob, again } = await setUp();
  const first = await createJob({ createdAt: "2026-01-01T00:00:00.000Z" });
  const second = JobId.parse((await again(first.jobId)).body?.jobId);
  const third = JobId.parse((await again(second)).body?.jobId);
  const sourceOf = { jobId: first.jobId, createdAt: first.createdAt };
  assert.deepEqual((await jobs.get(owner, third))?.sourceOf, sourceOf);
});

test("a job's cover is used again unless another one is sent", async () => {
  const { jobs, owner, covers, createJob, again } = await setUp();
  const earlier = await createJob({ hasCover: true });
  await covers.put(earlier, JPEG);
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  for (const [body, expected] of [
    [{}, JPEG],
    [{ cover: png.toString("base64") }, png],
  ] as const) {
    const { body: answer } = await again(earlier.jobId, body);
    const job = await jobs.get(owner, JobId.parse(answer?.jobId));
    assert.equal(job?.hasCover, true);
    assert.deepEqual(Buffer.from((job && (await covers.read(job))) ?? ""), expected);
  }
});

test("without the source, no job is created and the answer says what to do", async () => {
  const { jobs, owner, createJob, again, announced } = await setUp({ isSourceThere: false });
  const { status, body } = await again((await createJob()).jobId);
  assert.equal(status, 409);
  assert.equal(body?.code, "source-gone");
  assert.match(String(body?.detail), /Send it again/);
  assert.equal((await jobs.list(owner, { limit: 10 })).jobs.length, 1);
  // Here, even the job doesn't exist.
  assert.deepEqual(
    announced.map(({ delaySeconds }) => delaySeconds),
    [900],
  );
});

test("only the owner can convert a job again", async () => {
  const { jobs, createJob, again, announced } = await setUp();
  const theirs = makeJob({ state: "completed" });
  await jobs.create(theirs);
  for (const jobId of [theirs.jobId, createJobId(), "no-id"]) {
    const { status, body } = await again(jobId);
    assert.equal(status, 404);
    assert.equal(body?.code, "job-not-found");
  }
  assert.equal(
    (await again((await createJob()).jobId, { options: { quality: "v9" } })).status,
    400,
  );
  assert.deepEqual(announced, []);
});

test("the limit of open jobs applies, but no bytes are counted, because none are uploaded", async () => {
  const { createJob, again } = await setUp();
  const { jobId } = await createJob();
  const answers = [];
  for (let count = 0; count < 4; count++) answers.push(await again(jobId));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 429],
  );
  assert.equal(answers[3]?.body?.code, "too-many-open-jobs");
});

test("a request that is repeated with the same id makes one job, and counts once", async () => {
  const { jobs, owner, createJob, again, holds, announced } = await setUp();
  const earlier = await createJob();
  const request = { jobId: createJobId(), options: { quality: "speech" } };
  // Two at the same time, as when a client gives up waiting, and later ones.
  const answers = [
    ...(await Promise.all([again(earlier.jobId, request), again(earlier.jobId, request)])),
    await again(earlier.jobId, request),
    await again(earlier.jobId, request),
  ];
  for (const { status, body } of answers) {
    assert.equal(status, 201);
    assert.equal(body?.jobId, request.jobId);
  }
  assert.equal((await jobs.list(owner, { limit: 10 })).jobs.length, 2);
  assert.ok(!holds.calls.some((call) => call.startsWith("release")), holds.calls.join());
  // Each repetition announces the job, since the first may have died before.
  assert.equal(announced.filter(({ delaySeconds }) => delaySeconds === 0).length, 4);
  // The limit is 3 open jobs, and this is one.
  assert.equal((await again(earlier.jobId)).status, 201);
  assert.equal((await again(earlier.jobId)).status, 201);
  assert.equal((await again(earlier.jobId)).status, 429);
});

test("a repeated request finds its job although the earlier one was deleted meanwhile", async () => {
  const { jobs, owner, createJob, again } = await setUp();
  const earlier = await createJob();
  const request = { jobId: createJobId() };
  await again(earlier.jobId, request);
  await jobs.delete(owner, earlier.jobId);
  assert.equal((await again(earlier.jobId, request)).status, 201);
});

test("a source whose job's id another request takes first is released", async (t) => {
  const { jobs, owner, createJob, again, holds } = await setUp();
  const [one, other] = [await createJob(), await createJob()];
  const request = { jobId: createJobId() };
  const { create } = jobs;
  t.mock.method(jobs, "create", async (job: Job) => {
    t.mock.restoreAll();
    await again(one.jobId, request);
    await create(job);
  });
  const { status, body } = await again(other.jobId, request);
  assert.deepEqual([status, body?.code], [409, "id-taken"]);
  assert.equal((await jobs.get(owner, request.jobId))?.sourceOf?.jobId, one.jobId);
  assert.equal(holds.calls.at(-1), `release ${owner}/${other.jobId}`);
});

test("an id that another job has, or of another time, is refused", async () => {
  const { createJob, again } = await setUp();
  const earlier = await createJob();
  const jobId = createJobId();
  await again(earlier.jobId, { jobId, options: { quality: "speech" } });
  for (const taken of [jobId, earlier.jobId]) {
    const { status, body } = await again(earlier.jobId, { jobId: taken });
    assert.deepEqual([status, body?.code], [409, "id-taken"]);
  }
  // The other source's job isn't the one that is asked for.
  const other = await createJob();
  const { status, body } = await again(other.jobId, { jobId, options: { quality: "speech" } });
  assert.deepEqual([status, body?.code], [409, "id-taken"]);
  const inNineDays = createJobId(Date.now() + 9 * 864e5);
  for (const other of ["Z".repeat(26), inNineDays, "0".repeat(26)]) {
    const { status, body } = await again(earlier.jobId, { jobId: other });
    assert.equal(status, 400);
    assert.match(String(body?.detail), /^jobId: must be made now/);
  }
});

test("nothing can be uploaded to a job that converts another's source", async () => {
  const { upload, headers, createJob, again } = await setUp();
  const { body } = await again((await createJob()).jobId);
  const refused = await callHttp(upload, {
    method: "POST",
    resource: "/upload/{jobId}/sign",
    pathParameters: { jobId: JobId.parse(body?.jobId) },
    headers,
    body: { method: "PUT" },
  });
  assert.equal(refused.status, 409);
});

test("a job says how long its source is kept, counted from the start of the upload", async () => {
  const { view, createJob, again } = await setUp();
  const createdAt = "2026-01-01T10:00:00.000Z";
  const first = await createJob({ createdAt });
  const jobId = JobId.parse((await again(first.jobId)).body?.jobId);
  assert.equal((await view(first.jobId)).sourceJobId, undefined);
  assert.equal((await view(jobId)).sourceJobId, first.jobId);
  for (const id of [first.jobId, jobId]) {
    assert.equal((await view(id)).sourceExpiresAt, "2026-01-02T10:00:00.000Z");
  }
  const unsent = await createJob({ state: "awaiting-upload" });
  assert.equal((await view(unsent.jobId)).sourceExpiresAt, undefined);
});
