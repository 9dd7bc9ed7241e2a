import assert from "node:assert/strict";
import { test } from "node:test";
import { createJobId } from "../../contract/job-id.ts";
import { jobKey } from "../../functions/storage/job.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { MAX_SOURCE_BYTES, setUpApi, UPLOAD, video } from "../fakes/api.ts";
import { callHttp } from "../fakes/lambda.ts";
import { bearer } from "../fakes/tokens.ts";

test("a user's open jobs are limited, even in parallel, and jobs that ended, were deleted or abandoned don't count", async () => {
  const { upload, headers, jobs, owner } = await setUpApi();
  const begin = () => callHttp(upload, { ...UPLOAD, headers, body: video });
  const answers = await Promise.all(Array.from({ length: 12 }, begin));
  assert.equal(answers.filter(({ status }) => status === 201).length, 5);
  const refused = answers.find(({ status }) => status === 429);
  assert.equal(refused?.body?.code, "too-many-open-jobs");
  assert.equal(refused?.body?.limit, 5);
  assert.match(String(refused?.body?.detail), /5 videos .* delete some/);
  assert(Number(refused?.headers["retry-after"]) > 0);
  const [first] = (await jobs.list(owner, { limit: 10 })).jobs;
  await jobs.delete(owner, first?.jobId ?? "");
  assert.equal((await begin()).status, 201);
  assert.equal((await begin()).status, 429);
});

test("a job counts as open for as long as its upload can be continued", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1) });
  const { upload, tokens, owner } = await setUpApi();
  const begin = async () => {
    // A session ends sooner than an upload.
    const user = { id: owner, email: "ada@example.org", role: "user" as const };
    const headers = bearer(await tokens.issueSession(user));
    return (await callHttp(upload, { ...UPLOAD, headers, body: video })).status;
  };
  for (let index = 0; index < 5; index++) assert.equal(await begin(), 201);
  t.mock.timers.setTime(Date.UTC(2026, 0, 2, 23));
  assert.equal(await begin(), 429);
  t.mock.timers.setTime(Date.UTC(2026, 0, 3, 1));
  assert.equal(await begin(), 201);
});

test("a user's bytes per day are limited, and the next day starts at zero", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1, 23, 59) });
  const { upload, headers } = await setUpApi();
  const body = { ...video, sizeBytes: MAX_SOURCE_BYTES };
  const begin = () => callHttp(upload, { ...UPLOAD, headers, body });
  assert.deepEqual([(await begin()).status, (await begin()).status], [201, 201]);
  const refused = await begin();
  assert.equal(refused.status, 429);
  assert.equal(refused.body?.code, "daily-bytes-used");
  assert.equal(refused.body?.limit, 2 * MAX_SOURCE_BYTES);
  assert.equal(refused.headers["retry-after"], "60");
  t.mock.timers.tick(61_000);
  assert.equal((await begin()).status, 201);
});

test("a record that can't be read doesn't keep its owner from uploading", async () => {
  const { upload, headers, owner, records } = await setUpApi();
  const body = { ...video, sizeBytes: 1 };
  const begin = () => callHttp(upload, { ...UPLOAD, headers, body });
  for (let open = 0; open < 5; open++) {
    const { body: created } = await begin();
    records.set(jobKey(owner, String(created?.jobId)), "{");
  }
  assert.equal((await begin()).status, 201);
});

test("a user who has used up the day's minutes is refused until the next day", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1, 23, 59) });
  const { upload, headers, usage, jobs, createJob, owner } = await setUpApi();
  const turns = createTurns({ usage, getJob: jobs.get, conversionsPerUser: 2 });
  const begin = () => callHttp(upload, { ...UPLOAD, headers, body: video });
  await turns.end(await createJob(), 59 * 60);
  assert.equal((await begin()).status, 201);
  await turns.end({ owner, jobId: createJobId() }, 60);
  const refused = await begin();
  assert.equal(refused.status, 429);
  assert.equal(refused.body?.code, "daily-minutes-used");
  assert.equal(refused.headers["retry-after"], "60");
  t.mock.timers.tick(61_000);
  assert.equal((await begin()).status, 201);
});
