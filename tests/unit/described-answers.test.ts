import assert from "node:assert/strict";
import { test } from "node:test";
import { describeApi } from "../../functions/openapi/document.ts";
import { type Answer, DescribedAnswers } from "../harness/described-answers.ts";

const API = "http://127.0.0.1:1/api";
const document = JSON.parse(JSON.stringify(describeApi({ maxSourceBytes: 1e9 })));
const answers = new DescribedAnswers(API, document);
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const job = { jobId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
const session = { token: "a.b.c", tokenType: "Bearer", expiresIn: 60 };
const problem = { type: "about:blank", title: "Not Found", status: 404, code: "job-not-found" };

function find(path: string, answer: Partial<Answer> & { value?: unknown; type?: string } = {}) {
  const { value, type = "application/json", ...rest } = answer;
  return answers.findDifference({
    method: "GET",
    url: API + path,
    status: 200,
    headers: new Headers({ "content-type": type }),
    body: value === undefined ? "" : JSON.stringify(value),
    ...rest,
  });
}

test("an answer as described has no differences", () => {
  const signedIn = { method: "POST", headers: new Headers(JSON_TYPE), value: session };
  assert.equal(find("/login", signedIn), undefined);
  assert.equal(find(`/jobs/${job.jobId}`, { method: "DELETE", status: 204 }), undefined);
  const type = "application/problem+json";
  const notFound = { status: 404, type, value: { ...problem, detail: "No such job." } };
  assert.equal(find(`/jobs/${job.jobId}`, notFound), undefined);
  const location = new Headers({ location: "http://127.0.0.1/mp3" });
  assert.equal(find("/download?id=1", { status: 302, headers: location }), undefined);
  assert.equal(find("/nowhere", { status: 418 }), undefined);
  assert.equal(find("/jobs", { method: "OPTIONS", status: 204 }), undefined);
  const elsewhere = { url: "http://127.0.0.1:2/api/jobs", status: 418 };
  assert.equal(find("", elsewhere), undefined);
});

test("an undescribed status, method, type, header, body or field is reported", () => {
  const login = { method: "POST", value: session };
  assert.match(find("/login", { ...login, status: 201 }) ?? "", /no such status/);
  assert.match(find("/login", { ...login, method: "PUT" }) ?? "", /no such method/);
  assert.match(find("/login", { ...login, type: "text/html" }) ?? "", /no such type, text\/html/);
  assert.match(find("/login", { ...login, value: { token: "a" } }) ?? "", /tokenType/);
  assert.match(find("/login", { ...login, value: { ...session, extra: 1 } }) ?? "", /additional/);
  assert.match(find("/login", { method: "POST" }) ?? "", /must be object/);
  assert.match(find("/download?id=1", { status: 302 }) ?? "", /Location is missing/);
  const deletion = { method: "DELETE", status: 204, value: job };
  assert.match(find(`/jobs/${job.jobId}`, deletion) ?? "", /has a body/);
});
