import assert from "node:assert/strict";
import { test } from "node:test";
import { describeApi } from "../../functions/openapi/document.ts";
import { createHandler as createOpenapiHandler } from "../../functions/openapi/handler.ts";
import { createHandler as createValidateHandler } from "../../functions/validate/handler.ts";
import { MAX_SOURCE_BYTES, setUpApi, UPLOAD } from "../fakes/api.ts";
import { callHttp } from "../fakes/lambda.ts";
import { bearer } from "../fakes/tokens.ts";

test("an internal error's answer reveals nothing about its cause", async () => {
  const { tokens } = await setUpApi();
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

test("calls to the old system's routes are answered with what to do now", async () => {
  const { upload, download, headers } = await setUpApi();
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
