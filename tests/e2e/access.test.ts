import assert from "node:assert/strict";
import { test } from "node:test";
import {
  apiUrl,
  connect,
  createUser,
  eventually,
  invokeUsers,
  signInNewUser,
} from "../harness/stack.ts";

const video = { fileName: "a.mp4", sizeBytes: 1000, contentType: "video/mp4" };

const login = (email: string, password: string) =>
  fetch(`${apiUrl}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });

const validate = (token: string) =>
  fetch(`${apiUrl}/validate`, { method: "POST", headers: { authorization: `Bearer ${token}` } });

async function signIn(): Promise<string> {
  const { email, password } = await createUser();
  const { token } = (await (await login(email, password)).json()) as { token: string };
  return token;
}

test("a wrong password and an unknown user get the same problem document", async () => {
  const { email } = await createUser();
  const wrong = await login(email, "not the password");
  const unknown = await login("nobody@example.org", "not the password");
  assert.equal(wrong.status, 401);
  assert.equal(unknown.status, 401);
  assert.match(wrong.headers.get("content-type") ?? "", /application\/problem\+json/);
  assert.deepEqual(await wrong.json(), await unknown.json());
});

test("a disabled user can't sign in", async () => {
  const { email, password } = await createUser();
  assert.equal((await login(email, password)).status, 200);
  await invokeUsers({ action: "disable", email });
  assert.equal((await login(email, password)).status, 401);
});

test("a disabled user's session ends within seconds, on every route that has one", async () => {
  const { email, password } = await createUser();
  const client = await connect({ email, password });
  const { token } = (await (await login(email, password)).json()) as { token: string };
  await client.listJobs();
  await invokeUsers({ action: "disable", email });
  await eventually(async () => ((await validate(token)).status === 401 ? true : undefined));
  await eventually(() =>
    client.listJobs().then(
      () => undefined,
      (error: { status?: number }) => (error.status === 401 ? true : undefined),
    ),
  );
});

test("a token names its user, unless it is tampered with, unsigned or from elsewhere", async () => {
  const token = await signIn();
  const claims = (await (await validate(token)).json()) as { email: string; role: string };
  assert.match(claims.email, /^user-/);
  assert.equal(claims.role, "user");

  const [header = "", payload = "", signature = ""] = token.split(".");
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const decoded = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const admin = encode({ ...decoded, role: "admin" });
  const bad = [
    `${header}.${admin}.${signature}`,
    `${encode({ alg: "none" })}.${admin}.`,
    `${encode({ alg: "none", typ: "JWT" })}.${payload}.${signature}`,
    `${header}.${payload}.`,
    "not.a.token",
  ];
  for (const each of bad) {
    const answer = await validate(each);
    assert.equal(answer.status, 401, each);
  }
});

test("an expired token is refused with its own code", async () => {
  // Signed with the deployment's own key, for which the test has to read the secret.
  const { signExpiredToken } = await import("./expired-token.ts");
  const answer = await validate(await signExpiredToken());
  assert.equal(answer.status, 401);
  assert.equal(((await answer.json()) as { code: string }).code, "expired-token");
});

test("another user's job can't be read, signed for, downloaded or deleted", async () => {
  const { client: owner } = await signInNewUser();
  const { jobId } = await owner.createUpload(video);
  const { client: stranger } = await signInNewUser();
  const notFound = { name: "ApiError", status: 404 };
  await assert.rejects(stranger.readJob(jobId), notFound);
  await assert.rejects(stranger.sign(jobId, { method: "PUT" }), notFound);
  await assert.rejects(stranger.readDownload(jobId), notFound);
  await assert.rejects(stranger.deleteJob(jobId), notFound);
  assert.deepEqual((await stranger.listJobs()).jobs, []);
  assert.equal((await owner.readJob(jobId)).state, "awaiting-upload");
});

test("a feed opens with its secret until it is revoked, replaced or its user is disabled", async () => {
  const { client, user } = await signInNewUser();
  const open = async (url: string) => (await fetch(url)).status;
  assert.deepEqual(await client.readFeed(), { createdAt: null });
  const first = await client.createFeed();
  assert(first.url.startsWith(`${apiUrl}/feed/rss.xml?token=`));
  const rss = await fetch(first.url);
  assert.equal(rss.status, 200);
  assert.match(rss.headers.get("content-type") ?? "", /^application\/rss\+xml/);
  assert.match(await rss.text(), /^<\?xml[\s\S]*<podcast:guid>/);
  const { url } = await client.createFeed();
  assert.deepEqual([await open(first.url), await open(url)], [404, 200]);
  await client.revokeFeed();
  assert.equal(await open(url), 404);
  assert.deepEqual(await client.readFeed(), { createdAt: null });
  const last = await client.createFeed();
  assert.equal(await open(last.url), 200);
  await invokeUsers({ action: "disable", email: user.email });
  await eventually(async () => ((await open(last.url)) === 404 ? true : undefined));
});

test("a feed can't be created, seen or revoked without a session", async () => {
  for (const method of ["POST", "GET", "DELETE"]) {
    assert.equal((await fetch(`${apiUrl}/feed`, { method })).status, 401, method);
  }
});

test("invalid requests are refused with a sentence", async () => {
  const { client } = await signInNewUser();
  await assert.rejects(client.createUpload({ ...video, sizeBytes: 0 }), /empty/);
  await assert.rejects(client.readJob("nonsense"), { status: 404 });
  const { email, password } = await createUser();
  const other = await connect({ email, password });
  await assert.rejects(other.createUpload({ ...video, options: { startSeconds: -1 } }), {
    status: 400,
  });
});

test("the API describes itself", async () => {
  const document = (await (await fetch(`${apiUrl}/openapi.json`)).json()) as {
    openapi: string;
    paths: object;
  };
  assert.match(document.openapi, /^3\.1/);
  assert("/upload/{jobId}/sign" in document.paths);
});
