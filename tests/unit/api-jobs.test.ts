import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";
import { JobList, Problem } from "../../contract/api.ts";
import { createJobId } from "../../contract/job-id.ts";
import { type Job, jobKey } from "../../functions/storage/job.ts";
import { RESULT, setUpApi, UPLOAD, video } from "../fakes/api.ts";
import { makeJob } from "../fakes/jobs.ts";
import { callHttp } from "../fakes/lambda.ts";

test("every route requires a token, except login and the email's link", async () => {
  const { upload, listing, download, validate } = await setUpApi();
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

test("users see only their own jobs, and failures as sentences", async () => {
  const { listing, headers, createJob } = await setUpApi();
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
  const { listing, headers, createJob } = await setUpApi();
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
  const { listing, headers, createJob } = await setUpApi();
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
  const { listing, headers, createJob } = await setUpApi();
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
  const { download, headers, createJob } = await setUpApi();
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
  const { listing, headers, jobs, owner, records, deleted, createJob } = await setUpApi();
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
  const { download, headers, createJob } = await setUpApi();
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
  const { download, tokens, owner, createJob } = await setUpApi();
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
  const { download } = await setUpApi();
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
  const { listing, tokens, owner, headers } = await setUpApi();
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
  const { download, headers, createJob } = await setUpApi();
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
