import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { JobView, Problem, SignPartsResponse } from "../../contract/api.ts";
import { sourceKey } from "../../functions/storage/job.ts";
import { JPEG, MAX_SOURCE_BYTES, RESULT, setUpApi, UPLOAD, video } from "../fakes/api.ts";
import { callHttp } from "../fakes/lambda.ts";

test("a small file gets one upload URL and a job that waits for it", async () => {
  const { upload, jobs, owner, headers } = await setUpApi();
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
  const { upload, listing, download, jobs, covers, owner, headers } = await setUpApi();
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
  const { upload, headers } = await setUpApi();
  for (const sizeBytes of [100_000_001, 2e9, 5e12]) {
    const { body } = await callHttp(upload, { ...UPLOAD, headers, body: { ...video, sizeBytes } });
    const target = body?.upload as { kind: string; partSizeBytes: number };
    assert.equal(target.kind, "multipart");
    assert(target.partSizeBytes >= 5 * 1024 * 1024);
    assert(Math.ceil(sizeBytes / target.partSizeBytes) <= 1000);
  }
});

test("the refusal of an upload says which field is wrong", async () => {
  const { upload, headers } = await setUpApi();
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
  const { upload, headers, createJob } = await setUpApi();
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
  const { upload, headers, createJob } = await setUpApi();
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

test("the refusal of a signing request names the field, whichever kind of request was meant", async () => {
  const { upload, headers, createJob } = await setUpApi();
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
  const { upload, headers, createJob } = await setUpApi();
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
