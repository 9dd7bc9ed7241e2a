import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";
import { JobList, JobView, Problem, SignPartsResponse } from "../../contract/api.ts";
import { createJobId } from "../../contract/job-id.ts";
import { createHandler as createDownloadHandler } from "../../functions/download/handler.ts";
import { createHandler as createJobsHandler } from "../../functions/jobs/handler.ts";
import { describeApi } from "../../functions/openapi/document.ts";
import { createHandler as createOpenapiHandler } from "../../functions/openapi/handler.ts";
import { type Job, jobKey, sourceKey } from "../../functions/storage/job.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { createHandler as createUploadHandler } from "../../functions/upload/handler.ts";
import { createHandler as createValidateHandler } from "../../functions/validate/handler.ts";
import { makeJob } from "../fakes/jobs.ts";
import { callHttp } from "../fakes/lambda.ts";
import { createMemoryCovers } from "../fakes/memory-covers.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { createMemorySourceHolds } from "../fakes/memory-source-holds.ts";
import { createMemoryUsageStore } from "../fakes/memory-usage-store.ts";
import { createMemoryUserRecords } from "../fakes/memory-user-records.ts";
import { bearer, createMemoryTokens, NOBODY_REVOKED } from "../fakes/tokens.ts";

const MAX_SOURCE_BYTES = 5e12;
const RESULT = { sizeBytes: 4000, durationSeconds: 60, title: "Talk" };

async function setUp() {
  const records = new Map<string, string>();
  const jobs = createMemoryJobStore(records);
  const tokens = createMemoryTokens();
  const owner = randomUUID();
  const email = "ada@example.org";
  const headers = bearer(await tokens.issueSession({ id: owner, email, role: "user" }));
  const deleted: string[] = [];
  const usage = createMemoryUsageStore();
  const covers = createMemoryCovers();
  const upload = createUploadHandler({
    jobs,
    tokens,
    maxSourceBytes: MAX_SOURCE_BYTES,
    covers,
    holds: createMemorySourceHolds(),
    announce: async () => {},
    usage,
    limits: { openJobs: 5, bytesPerDay: 2 * MAX_SOURCE_BYTES, minutesPerDay: 60 },
    presignSource: async (job, request) => ({
      url: `https://s3.test/${job.owner}/${job.jobId}?${JSON.stringify(request)}`,
      key: sourceKey(job.owner, job.jobId),
      headers: {},
      expiresAt: new Date().toISOString(),
    }),
  });
  const listing = createJobsHandler({
    settings: createMemorySettings(),
    pageUrl: "https://tapes.test",
    jobs,
    tokens,
    resultRetentionDays: 30,
    sourceRetentionDays: 1,
    deleteJobObjects: async (job) => {
      deleted.push(`${job.owner}/${job.jobId}`);
    },
  });
  const download = createDownloadHandler({
    jobs,
    tokens,
    resultRetentionDays: 30,
    feeds: createMemoryUserRecords(),
    readRevocations: NOBODY_REVOKED,
    apiUrl: "https://tapes.test/api",
    pageUrl: "https://tapes.test",
    presignResult: async ({ key, contentDisposition }) =>
      `https://s3.test/${key}?as=${encodeURIComponent(contentDisposition)}`,
  });
  const validate = createValidateHandler({ tokens });

  async function createJob(overrides: Partial<Job> = {}) {
    const job = makeJob({ owner, ...overrides });
    await jobs.create(job);
    return job;
  }
  const handlers = { upload, listing, download, validate };
  const probes = { records, deleted, usage, covers };
  return { jobs, tokens, owner, headers, ...handlers, ...probes, createJob };
}

const UPLOAD = { method: "POST", resource: "/upload" };
/** The first bytes of a JPEG, in base64. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]).toString("base64");
const video = { fileName: "talk.mp4", sizeBytes: 1000, contentType: "video/mp4" };

test("every route requires a token, except login and the email's link", async () => {
  const { upload, listing, download, validate } = await setUp();
  const jobId = createJobId();
  const calls = [
    callHttp(upload, { ...UPLOAD, body: video }),
    callHttp(upload, {
      method: "POST",
      resource: "/upload/{jobId}/sign",
      pathParameters: { jobId },
    }),
    callHttp(listing, { method: "GET", resource: "/jobs" }),
    callHttp(listing, { method: "GET", resource: "/jobs/{jobId}", pathParameters: { jobId } }),
    callHttp(listing, { method: "DELETE", resource: "/jobs/{jobId}", pathParameters: { jobId } }),
    callHttp(download, { method: "GET", resource: "/download", query: { id: jobId } }),
    ...["POST", "GET", "DELETE"].map((method) => callHttp(download, { method, resource: "/feed" })),
    callHttp(validate, { method: "POST", resource: "/validate" }),
  ];
  for (const { status, headers, body } of await Promise.all(calls)) {
    assert.equal(status, 401);
    assert.equal(body?.code, "missing-token");
    assert.equal(headers["content-type"], "application/problem+json");
    assert.match(headers["www-authenticate"] ?? "", /^Bearer/);
  }
});

test("a small file gets one upload URL and a job that waits for it", async () => {
  const { upload, jobs, owner, headers } = await setUp();
  const { status, body } = await callHttp(upload, { ...UPLOAD, headers, body: video });
  assert.equal(status, 201);
  const { jobId, upload: target } = body as { jobId: string; upload: { kind: string } };
  assert.equal(target.kind, "single");
  const job = await jobs.get(owner, jobId);
  assert.equal(job?.state, "awaiting-upload");
  assert.deepEqual(job?.options, { quality: "v2" });
  assert.equal(job?.ownerEmail, "ada@example.org");
});

test("tags and a cover are stored with the job and returned with it, and the title names the download", async () => {
  const { upload, listing, download, jobs, covers, owner, headers } = await setUp();
  const tags = { title: "On tape", artist: "Ada", album: "Talks", fileName: "ada - on tape" };
  const sent = { ...video, options: { tags }, cover: JPEG };
  const { body } = await callHttp(upload, { ...UPLOAD, headers, body: sent });
  const jobId = String(body?.jobId);
  const shown = await callHttp(listing, {
    method: "GET",
    resource: "/jobs/{jobId}",
    headers,
    pathParameters: { jobId },
  });
  const view = JobView.parse(shown.body);
  assert.deepEqual(view.options.tags, tags);
  assert.equal(view.hasCover, true);
  assert(!shown.text.includes(JPEG));
  const job = await jobs.get(owner, jobId);
  assert(job);
  assert.equal(Buffer.from((await covers.read(job)) ?? "").toString("base64"), JPEG);
  const claimed = await jobs.claim(owner, jobId, 60);
  assert(claimed.kind === "claimed");
  await jobs.finish(claimed.claim, { state: "completed", result: RESULT });
  const call = { method: "GET", resource: "/download", headers, query: { id: jobId } };
  const location = (await callHttp(download, call)).headers.location ?? "";
  assert.match(decodeURIComponent(location), /filename="ada - on tape\.mp3"/);
});

test("a large file is uploaded in parts, and all of them fit on one page of ListParts", async () => {
  const { upload, headers } = await setUp();
  for (const sizeBytes of [100_000_001, 2e9, 5e12]) {
    const { body } = await callHttp(upload, { ...UPLOAD, headers, body: { ...video, sizeBytes } });
    const target = body?.upload as { kind: string; partSizeBytes: number };
    assert.equal(target.kind, "multipart");
    assert(target.partSizeBytes >= 5 * 1024 * 1024);
    assert(Math.ceil(sizeBytes / target.partSizeBytes) <= 1000);
  }
});

test("the refusal of an upload says which field is wrong", async () => {
  const { upload, headers } = await setUp();
  const wrong = [
    [{ ...video, sizeBytes: 0 }, "sizeBytes", 400],
    [{ ...video, fileName: "" }, "fileName", 400],
    [{ ...video, fileName: "a\u0000b" }, "fileName", 400],
    [{ ...video, fileName: "a\u009bb" }, "fileName", 400],
    [{ ...video, fileName: "half \ud83d.mp4" }, "fileName", 400],
    [{ ...video, contentType: "video/mp4;\u0001" }, "contentType", 400],
    [{ ...video, contentType: "video/mp4;ä" }, "contentType", 400],
    [{ ...video, options: { quality: "loud" } }, "options.quality", 400],
    [{ ...video, options: { startSeconds: 9, endSeconds: 3 } }, "options.endSeconds", 400],
    [{ ...video, options: { tags: { title: "" } } }, "options.tags.title", 400],
    [{ ...video, options: { tags: { artist: "a\nb" } } }, "options.tags.artist", 400],
    [{ ...video, options: { tags: { genre: "x" } } }, "options.tags.genre", 400],
    [{ ...video, cover: Buffer.from("<svg/>").toString("base64") }, "cover", 400],
    [{ ...video, cover: JPEG.repeat(300_000) }, "cover", 400],
    [{ ...video, surprise: 1 }, "surprise", 400],
    [{ ...video, contentType: "video/mp4; name=a\u0001b" }, "contentType", 400],
    [{ ...video, contentType: "video/mp4;\r\nx-amz-acl: public-read" }, "contentType", 400],
    [{ ...video, contentType: "vidéo/mp4" }, "contentType", 400],
    [{ ...video, options: { audioTrack: 0 } }, "options.audioTrack", 400],
    [{ ...video, options: { audioTrack: 1.5 } }, "options.audioTrack", 400],
    [{ ...video, options: { audioTrack: 256 } }, "options.audioTrack", 400],
    [{ ...video, options: { rightTrack: 2 } }, "options.rightTrack", 400],
    [{ ...video, options: { audioTrack: 2, rightTrack: 2 } }, "options.rightTrack", 400],
    [{ ...video, options: { endSeconds: 1e308 } }, "options.endSeconds", 400],
  ] as const;
  for (const [body, path, status] of wrong) {
    const answer = await callHttp(upload, { ...UPLOAD, headers, body });
    assert.equal(answer.status, status);
    assert.equal(Problem.parse(answer.body).errors?.[0]?.path, path);
  }
  const notJson = await callHttp(upload, { ...UPLOAD, headers, body: "{" });
  assert.equal(notJson.body?.code, "invalid-json");
  const huge = await callHttp(upload, {
    ...UPLOAD,
    headers,
    body: { ...video, sizeBytes: MAX_SOURCE_BYTES + 1 },
  });
  assert.equal(huge.status, 413);
});

test("requests are signed only for the user's own job while it waits for its file", async () => {
  const { upload, headers, createJob } = await setUp();
  const sign = async (jobId: string, body: unknown) =>
    callHttp(upload, {
      method: "POST",
      resource: "/upload/{jobId}/sign",
      pathParameters: { jobId },
      headers,
      body,
    });
  const part = { method: "PUT", uploadId: "u", partNumber: 3 };
  const waiting = await createJob();
  assert.equal((await sign(waiting.jobId, part)).status, 200);
  assert.equal((await sign(waiting.jobId, { ...part, partNumber: 10_001 })).status, 400);
  const short = await createJob({ sizeBytes: 20, partSizeBytes: 10 });
  assert.match(
    String((await sign(short.jobId, part)).body?.detail),
    /partNumber: must be 2 at most/,
  );
  assert.equal((await sign(waiting.jobId, { method: "PATCH" })).status, 400);
  const foreign = await createJob({ owner: randomUUID() });
  assert.equal((await sign(foreign.jobId, part)).status, 404);
  assert.equal((await sign("../../etc", part)).status, 404);
  const done = await createJob({ state: "completed", result: RESULT });
  assert.equal((await sign(done.jobId, part)).body?.code, "already-uploaded");
});

test("several parts are signed at once, if the file has them and the user's own job waits for it", async () => {
  const { upload, headers, createJob } = await setUp();
  const ofJob = async (jobId: string, partNumbers: unknown, more: object = {}) => {
    const answer = await callHttp(upload, {
      method: "POST",
      resource: "/upload/{jobId}/sign-parts",
      pathParameters: { jobId },
      headers,
      body: { uploadId: "u", partNumbers, ...more },
    });
    const problem = Problem.safeParse(answer.body).data;
    return { ...answer, faults: problem?.errors?.map(({ path }) => path), detail: problem?.detail };
  };
  const sized = { sizeBytes: 1_999, partSizeBytes: 10 };
  const { jobId } = await createJob(sized);
  const sign = (partNumbers: unknown, more?: object) => ofJob(jobId, partNumbers, more);

  const { parts } = SignPartsResponse.parse((await sign([200, 3], { expiresIn: 60 })).body);
  assert.deepEqual(
    parts.map(({ partNumber, url }) => [partNumber, JSON.parse(url.slice(url.indexOf("{")))]),
    [200, 3].map((partNumber) => [partNumber, { name: "UploadPart", uploadId: "u", partNumber }]),
  );
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  assert.equal((await sign(numbers(50))).status, 200);
  for (const [wrong, path] of [
    [[], "partNumbers"],
    [numbers(51), "partNumbers"],
    [[1, 2, 1], "partNumbers"],
    [[1, 0], "partNumbers.1"],
    [[10_001], "partNumbers.0"],
    [[200, 201], "partNumbers.1"],
    ["1,2", "partNumbers"],
  ]) {
    const refused = await sign(wrong);
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.faults, [path], JSON.stringify(wrong));
  }
  assert.match((await sign([201])).detail ?? "", /must be 200 at most: the file has 1999 bytes/);
  assert.deepEqual((await sign([1], { partNumber: 1 })).faults, ["partNumber"]);

  const foreign = await createJob({ ...sized, owner: randomUUID() });
  assert.equal((await ofJob(foreign.jobId, [1])).status, 404);
  const done = await createJob({ ...sized, state: "completed", result: RESULT });
  assert.equal((await ofJob(done.jobId, [1])).body?.code, "already-uploaded");
});

test("users see only their own jobs, and failures as sentences", async () => {
  const { listing, headers, createJob } = await setUp();
  const failed = await createJob({ state: "failed", failure: { code: "no-audio-track" } });
  const done = await createJob({ state: "completed", result: RESULT });
  const foreign = await createJob({ owner: randomUUID() });
  const { body } = await callHttp(listing, { method: "GET", resource: "/jobs", headers });
  const [first, second] = JobList.parse(body).jobs;
  assert(first && second);
  assert.deepEqual([first.jobId, second.jobId], [done.jobId, failed.jobId]);
  assert.match(second.failure?.message ?? "", /no audio/);
  assert.equal(Date.parse(first.expiresAt ?? "") - Date.parse(done.updatedAt), 30 * 864e5);
  assert.equal("ownerEmail" in first, false);
  const pathParameters = { jobId: foreign.jobId };
  const one = { method: "GET", resource: "/jobs/{jobId}", headers, pathParameters };
  assert.equal((await callHttp(listing, one)).status, 404);
});

test("a completed job says what its recording lacks and how its audio was changed", async () => {
  const { listing, headers, createJob } = await setUp();
  const incomplete = { reason: "gaps", missingSeconds: 75 } as const;
  const notes = [{ code: "turned-down" as const }];
  await createJob({ state: "completed", result: { ...RESULT, incomplete, notes } });
  const { body } = await callHttp(listing, { method: "GET", resource: "/jobs", headers });
  const [job] = JobList.parse(body).jobs;
  assert.deepEqual(job?.result?.incomplete, {
    ...incomplete,
    message:
      "The recording has gaps: parts of it are missing (about 1:15). The MP3 has everything else.",
  });
  assert.deepEqual(job?.result?.notes, [
    {
      code: "turned-down",
      message:
        "The audio was louder than an MP3 can be, so it was turned down to avoid distortion.",
    },
  ]);
});

test("a job says that its email couldn't be sent, and where the MP3 is", async () => {
  const { listing, headers, createJob } = await setUp();
  const at = new Date().toISOString();
  const notification = { state: "failed", at } as const;
  const completed = await createJob({ state: "completed", result: RESULT, notification });
  const failed = await createJob({
    state: "failed",
    failure: { code: "truncated" },
    notification,
  });
  const sent = await createJob({
    state: "completed",
    result: RESULT,
    notification: { state: "sent", at },
  });
  const { body } = await callHttp(listing, { method: "GET", resource: "/jobs", headers });
  const messages = new Map(
    JobList.parse(body).jobs.map(({ jobId, emailFailure }) => [jobId, emailFailure?.message]),
  );
  assert.equal(messages.get(completed.jobId), "We couldn't email you, but your MP3 is ready.");
  assert.equal(messages.get(failed.jobId), "We couldn't email you about this.");
  assert.equal(messages.get(sent.jobId), undefined);
});

test("a full page of the longest names and titles is far below Lambda's limit of 6 MB", async () => {
  const { listing, headers, createJob } = await setUp();
  const title = '"\u0000'.repeat(500_000);
  for (let count = 0; count < 100; count++) {
    await createJob({
      fileName: "\u0000".repeat(5000),
      state: "completed",
      result: { ...RESULT, title },
    });
  }
  const query = { limit: "100" };
  const { body } = await callHttp(listing, { method: "GET", resource: "/jobs", headers, query });
  assert.equal(JobList.parse(body).jobs.length, 100);
  assert(Buffer.byteLength(JSON.stringify(body)) < 600_000);
});

test("a download's name can't disguise what kind of file it is", async () => {
  const { download, headers, createJob } = await setUp();
  const job = await createJob({
    fileName: "\u2067song\u202e3pm.exe.mp4",
    state: "completed",
    result: RESULT,
  });
  const answer = await callHttp(download, {
    method: "GET",
    resource: "/download",
    headers,
    query: { id: job.jobId },
  });
  assert.match(
    decodeURIComponent(answer.headers.location ?? ""),
    /filename="?song3pm\.exe\.mp3"?$/,
  );
});

test("deleting a job removes its record and objects, and another user's job can't be deleted", async () => {
  const { listing, headers, jobs, owner, records, deleted, createJob } = await setUp();
  const job = await createJob();
  const remove = (jobId: string) =>
    callHttp(listing, {
      method: "DELETE",
      resource: "/jobs/{jobId}",
      headers,
      pathParameters: { jobId },
    });
  assert.equal((await remove(job.jobId)).status, 204);
  assert.equal(await jobs.get(owner, job.jobId), undefined);
  assert(deleted.includes(`${owner}/${job.jobId}`));
  const unreadable = await createJob();
  records.set(jobKey(owner, unreadable.jobId), "{");
  assert.equal((await remove(unreadable.jobId)).status, 204);
  assert.equal(await jobs.get(owner, unreadable.jobId), undefined);
  assert(deleted.includes(`${owner}/${unreadable.jobId}`));
  const foreign = await createJob({ owner: randomUUID() });
  assert.equal((await remove(foreign.jobId)).status, 404);
  assert(await jobs.get(foreign.owner, foreign.jobId));
  assert(!deleted.includes(`${foreign.owner}/${foreign.jobId}`));
});

test("a download is a redirect, or JSON for clients that ask for it", async () => {
  const { download, headers, createJob } = await setUp();
  const { jobId } = await createJob({
    state: "completed",
    result: RESULT,
    fileName: "Grüße, “Freunde”.final.mov",
  });
  const call = { method: "GET", resource: "/download", query: { id: jobId } };
  const redirect = await callHttp(download, { ...call, headers });
  assert.equal(redirect.status, 302);
  const disposition = new URL(redirect.headers.location ?? "").searchParams.get("as") ?? "";
  assert.match(disposition, /^attachment; filename="/);
  assert(
    disposition.includes(`filename*=UTF-8''${encodeURIComponent("Grüße, “Freunde”.final.mp3")}`),
  );
  const json = await callHttp(download, {
    ...call,
    headers: { ...headers, Accept: "application/json" },
  });
  assert.equal(json.status, 200);
  assert.equal(json.body?.fileName, "Grüße, “Freunde”.final.mp3");
  assert.equal(json.body?.sizeBytes, RESULT.sizeBytes);
});

test("an email's link opens its own job without signing in, and can't be changed to open another", async () => {
  const { download, tokens, owner, createJob } = await setUp();
  const job = await createJob({ state: "completed", result: RESULT });
  const other = await createJob({ state: "completed", result: RESULT });
  const token = await tokens.issueLink({ owner, jobId: job.jobId });
  const call = { method: "GET", resource: "/download" };
  const opened = await callHttp(download, { ...call, query: { token } });
  assert.equal(opened.status, 302);
  assert.match(opened.headers.location ?? "", new RegExp(job.jobId));
  const turned = await callHttp(download, { ...call, query: { token, id: other.jobId } });
  assert.equal(turned.status, 400);
  const forged = await callHttp(download, { ...call, query: { token: `${token}x` } });
  assert.equal(forged.body?.code, "invalid-link");
});

test("a link that no longer works answers browsers with a page and programs with a problem document", async () => {
  const { download } = await setUp();
  const call = { method: "GET", resource: "/download", query: { token: "nonsense" } };
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const page = await callHttp(download, { ...call, headers: { Accept: browser } });
  assert.equal(page.status, 401);
  assert.match(page.headers["content-type"] ?? "", /^text\/html/);
  assert.match(page.text, /This link is not valid[\s\S]*<a href="https:\/\/tapes\.test">/);
  const inJapanese = await callHttp(download, {
    ...call,
    headers: { Accept: browser, "Accept-Language": "pt-BR,ja;q=0.8,en;q=0.5" },
  });
  assert.match(inJapanese.text, /<html lang="ja" dir="ltr">[\s\S]*このリンクは無効か/);
  const [, style = ""] = /<style>(.*)<\/style>/.exec(page.text) ?? [];
  const digest = createHash("sha256").update(style).digest("base64");
  assert(page.headers["content-security-policy"]?.includes(`'sha256-${digest}'`));
  const program = await callHttp(download, { ...call, headers: { Accept: "*/*" } });
  assert.equal(program.status, 401);
  assert.equal(program.body?.code, "invalid-link");
});

test("each user has their own settings, and the link in an email stops that user's emails", async () => {
  const { listing, tokens, owner, headers } = await setUp();
  const call = (method: string, resource: string, more: object = {}) =>
    callHttp(listing, { method, resource, ...more });
  const read = async () => (await call("GET", "/settings", { headers })).body;
  assert.deepEqual(await read(), { emails: "each" });
  const patch = async (body: object) => (await call("PATCH", "/settings", { headers, body })).body;
  assert.deepEqual(await patch({ language: "ar" }), { emails: "each", language: "ar" });
  // A client that knows nothing of languages leaves the language alone.
  assert.deepEqual(await patch({ emails: "digest" }), { emails: "digest", language: "ar" });
  assert.deepEqual(await patch({}), { emails: "digest", language: "ar" });
  assert.equal(Problem.parse(await patch({ emails: "daily" })).errors?.[0]?.path, "emails");
  assert.equal(Problem.parse(await patch({ language: "tlh" })).errors?.[0]?.path, "language");
  assert.deepEqual(await read(), { emails: "digest", language: "ar" });

  const query = { token: await tokens.issueUnsubscribe({ owner }) };
  const asked = await call("GET", "/unsubscribe", { query });
  assert.match(asked.text, /<form method="post"><button>Stop all emails/);
  const inArabic = await call("GET", "/unsubscribe", { query: { ...query, language: "ar" } });
  assert.match(inArabic.text, /<html lang="ar" dir="rtl">[\s\S]*<button>إيقاف كل الرسائل/);
  assert.deepEqual(await read(), { emails: "digest", language: "ar" });
  // The email of a newer release, after a rollback.
  const unknown = await call("GET", "/unsubscribe", { query: { ...query, language: "tlh" } });
  assert.match(unknown.text, /<html lang="en"[\s\S]*Stop all emails/);
  const stopped = await call("POST", "/unsubscribe", { query, body: "List-Unsubscribe=One-Click" });
  assert.equal(stopped.status, 200);
  assert.deepEqual(await read(), { emails: "none", language: "ar" });
  const link = await tokens.issueLink({ owner, jobId: createJobId() });
  assert.equal((await call("POST", "/unsubscribe", { query: { token: link } })).status, 401);
});

test("a job without an MP3 says whether it is still to come", async () => {
  const { download, headers, createJob } = await setUp();
  const get = async (job: Job) =>
    callHttp(download, { method: "GET", resource: "/download", headers, query: { id: job.jobId } });
  assert.equal((await get(await createJob())).body?.code, "not-ready");
  const failed = await createJob({ state: "failed", failure: { code: "truncated" } });
  const { body } = await get(failed);
  assert.equal(body?.code, "conversion-failed");
  assert.match(String(body?.detail), /incomplete/);
  const monthAgo = new Date(Date.now() - 31 * 864e5).toISOString();
  const old = await createJob({ state: "completed", result: RESULT, updatedAt: monthAgo });
  assert.equal((await get(old)).body?.code, "expired");
  assert.equal((await get(makeJob())).status, 404);
});

test("an internal error's answer reveals nothing about its cause", async () => {
  const { tokens } = await setUp();
  const handler = createValidateHandler({
    tokens: { ...tokens, verifySession: () => Promise.reject(new Error("10.0.0.7 refused")) },
  });
  const answer = await callHttp(handler, {
    method: "POST",
    resource: "/validate",
    headers: bearer("x"),
  });
  assert.equal(answer.status, 500);
  assert(!JSON.stringify(answer).includes("10.0.0.7"));
});

test("the OpenAPI document has every route, and each schema has a name", () => {
  const document = describeApi({ maxSourceBytes: MAX_SOURCE_BYTES });
  assert.deepEqual(Object.keys(document.paths ?? {}).sort(), [
    "/download",
    "/feed",
    "/feed/episode.mp3",
    "/feed/rss.xml",
    "/jobs",
    "/jobs/{jobId}",
    "/jobs/{jobId}/again",
    "/jobs/{jobId}/seen",
    "/login",
    "/openapi.json",
    "/settings",
    "/unsubscribe",
    "/upload",
    "/upload/{jobId}/sign",
    "/upload/{jobId}/sign-parts",
    "/validate",
  ]);
  assert(document.components?.schemas?.JobView);
});

test("the refusal of a signing request names the field, whichever kind of request was meant", async () => {
  const { upload, headers, createJob } = await setUp();
  const { jobId } = await createJob();
  const faultsOf = async (body: unknown) => {
    const answer = await callHttp(upload, {
      method: "POST",
      resource: "/upload/{jobId}/sign",
      pathParameters: { jobId },
      headers,
      body,
    });
    assert.equal(answer.status, 400, JSON.stringify(body));
    return Problem.parse(answer.body).errors?.map(({ path }) => path);
  };
  assert.deepEqual(await faultsOf({ method: "PATCH" }), ["method"]);
  assert.deepEqual(await faultsOf({}), ["method"]);
  assert.deepEqual(await faultsOf({ method: "PUT", uploadId: "u", partNumber: 0 }), ["partNumber"]);
  assert.deepEqual(await faultsOf({ method: "PUT", surprise: 1 }), ["surprise"]);
  assert.deepEqual(await faultsOf({ method: "GET" }), ["uploadId"]);
  assert.deepEqual(await faultsOf({ method: "PUT", key: 3 }), ["key"]);
});

test("Uppy's requests are signed as it sends them, with its first key replaced and any other refused", async () => {
  const { upload, headers, createJob } = await setUp();
  const { owner, jobId } = await createJob();
  const sign = (body: unknown) =>
    callHttp(upload, {
      method: "POST",
      resource: "/upload/{jobId}/sign",
      pathParameters: { jobId },
      headers,
      body,
    });
  const own = { contentType: "video/mp4", expiresIn: 600 };
  const begun = await sign({ method: "POST", key: "uppy/1-talk.mp4", ...own });
  assert.equal(begun.body?.key, sourceKey(owner, jobId));
  const part = { method: "PUT", uploadId: "u", partNumber: 1, ...own };
  assert.equal((await sign({ ...part, key: begun.body?.key })).status, 200);
  const foreign = await sign({ ...part, key: "sources/somebody/else" });
  assert.equal(foreign.status, 400);
  assert.equal(Problem.parse(foreign.body).errors?.[0]?.path, "key");
});

test("calls to the old system's routes are answered with what to do now", async () => {
  const { upload, download, headers } = await setUp();
  const form = await callHttp(upload, {
    ...UPLOAD,
    headers: { ...headers, "Content-Type": "multipart/form-data; boundary=x" },
    body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n\r\n--x--',
  });
  assert.equal(form.body?.code, "form-upload");
  assert.match(String(form.body?.detail), /POST \/upload takes JSON/);
  const query = { fid: "65f1c0ffee0ddf00dcafe123" };
  const fid = await callHttp(download, { method: "GET", resource: "/download", headers, query });
  assert.equal(fid.body?.code, "fid-is-gone");
  assert.match(String(fid.body?.detail), /download\?id=/);
});

test("the refusal of a method lists the methods that the path has", async () => {
  const handler = createOpenapiHandler({ document: describeApi({ maxSourceBytes: 1 }) });
  const answer = await callHttp(handler, { method: "TRACE", resource: "/jobs/{jobId}" });
  assert.equal(answer.status, 405);
  assert.equal(answer.headers.allow, "GET, DELETE, OPTIONS");
  assert.equal(answer.body?.code, "method-not-allowed");
});

test("code can be generated from the OpenAPI document: operation ids, optional defaults, no pattern beside a format", () => {
  const document = describeApi({ maxSourceBytes: 1 });
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path));
  const ids = operations.map((operation) => (operation as { operationId?: string }).operationId);
  assert.equal(new Set(ids).size, operations.length);
  assert(!ids.includes(undefined));
  const text = JSON.stringify(document);
  const upload = document.components?.schemas?.UploadRequest as { required?: string[] };
  assert.deepEqual(upload.required, ["fileName", "sizeBytes"]);
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    assert(!("format" in node && "pattern" in node), JSON.stringify(node));
    for (const child of Object.values(node)) visit(child);
  };
  visit(JSON.parse(text));
});

test("a user's open jobs are limited, even in parallel, and jobs that ended, were deleted or abandoned don't count", async () => {
  const { upload, headers, jobs, owner } = await setUp();
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
  const { upload, tokens, owner } = await setUp();
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
  const { upload, headers } = await setUp();
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
  const { upload, headers, owner, records } = await setUp();
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
  const { upload, headers, usage, jobs, createJob, owner } = await setUp();
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
