import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { suite, test } from "node:test";
import { createJobId } from "../../contract/job-id.ts";
import { createHandler as createDownloadHandler } from "../../functions/download/handler.ts";
import { createHandler as createJobsHandler } from "../../functions/jobs/handler.ts";
import { createHandler as createLoginHandler } from "../../functions/login/handler.ts";
import { describeApi } from "../../functions/openapi/document.ts";
import { createHandler as createOpenapiHandler } from "../../functions/openapi/handler.ts";
import type { Revocations } from "../../functions/runtime/revocations.ts";
import { createTokens } from "../../functions/runtime/tokens.ts";
import type { FeedStore } from "../../functions/storage/feeds.ts";
import { sourceKey } from "../../functions/storage/job.ts";
import { createHandler as createUploadHandler } from "../../functions/upload/handler.ts";
import { createHandler as createValidateHandler } from "../../functions/validate/handler.ts";
import { type Forgery, forgeToken } from "../fakes/forged-tokens.ts";
import { makeJob } from "../fakes/jobs.ts";
import { callHttp } from "../fakes/lambda.ts";
import { createMemoryCovers } from "../fakes/memory-covers.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { createMemorySourceHolds } from "../fakes/memory-source-holds.ts";
import { createMemoryUsageStore } from "../fakes/memory-usage-store.ts";
import { createMemoryUserRecords } from "../fakes/memory-user-records.ts";
import { createMemoryKeys } from "../fakes/tokens.ts";

const document = describeApi({ maxSourceBytes: 1e9 });
const ROUTES = Object.entries(document.paths ?? {}).flatMap(([resource, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${resource}`),
);
const SESSION_ROUTES = ROUTES.filter(
  (route) =>
    ![
      "POST /login",
      "GET /openapi.json",
      "GET /unsubscribe",
      "POST /unsubscribe",
      // tests/unit/feed.test.ts tries secrets that open no feed.
      "GET /feed/rss.xml",
      "GET /feed/episode.mp3",
    ].includes(route),
);
const JOB_ROUTES = SESSION_ROUTES.filter(
  (route) => route.includes("{jobId}") || route === "GET /download",
);

async function setUp() {
  const keys = createMemoryKeys();
  const revocations: Revocations = { disabled: [], sessionsFrom: {} };
  const tokens = createTokens(keys, async () => revocations);
  const jobs = createMemoryJobStore();
  const ada = randomUUID();
  const result = { sizeBytes: 4000, durationSeconds: 60, title: "Talk" };
  const createDone = async (owner: string) => {
    const job = makeJob({ owner, state: "completed", result });
    await jobs.create(job);
    return job.jobId;
  };
  const jobId = await createDone(ada);
  const changed: string[] = [];
  const kept = { jobs, tokens, resultRetentionDays: 30 };
  const upload = createUploadHandler({
    covers: createMemoryCovers(),
    ...kept,
    maxSourceBytes: 1e9,
    holds: createMemorySourceHolds(),
    announce: async () => {
      changed.push("a job converted again");
    },
    usage: createMemoryUsageStore(),
    limits: { openJobs: 100, bytesPerDay: 1e12, minutesPerDay: 60 },
    presignSource: async (job) => {
      changed.push(job.jobId);
      const key = sourceKey(job.owner, job.jobId);
      return { url: "https://s3.test/", key, headers: {}, expiresAt: new Date().toISOString() };
    },
  });
  const listing = createJobsHandler({
    settings: createMemorySettings(),
    pageUrl: "https://tapes.test",
    ...kept,
    sourceRetentionDays: 1,
    deleteJobObjects: async (deleted) => {
      if (deleted.owner === ada) changed.push(deleted.jobId);
    },
  });
  const feeds: FeedStore = createMemoryUserRecords();
  const download = createDownloadHandler({
    feeds: {
      ...feeds,
      write: async (owner, feed) => {
        changed.push(owner);
        await feeds.write(owner, feed);
      },
      delete: async (owner) => {
        changed.push(owner);
        await feeds.delete(owner);
      },
    },
    readRevocations: async () => revocations,
    apiUrl: "https://tapes.test/api",
    pageUrl: "https://tapes.test",
    ...kept,
    presignResult: async ({ key }) => `https://s3.test/${key}`,
  });
  const handlers: Record<string, typeof upload> = {
    // tests/integration/database.test.ts tries the right password.
    "POST /login": createLoginHandler({ tokens, checkPassword: async () => ({ kind: "wrong" }) }),
    "POST /validate": createValidateHandler({ tokens }),
    "POST /upload": upload,
    "POST /upload/{jobId}/sign": upload,
    "POST /upload/{jobId}/sign-parts": upload,
    "POST /jobs/{jobId}/again": upload,
    "GET /jobs": listing,
    "GET /jobs/{jobId}": listing,
    "DELETE /jobs/{jobId}": listing,
    "POST /jobs/{jobId}/seen": listing,
    "GET /settings": listing,
    "PATCH /settings": listing,
    "GET /unsubscribe": listing,
    "POST /unsubscribe": listing,
    "GET /download": download,
    "POST /feed": download,
    "GET /feed": download,
    "DELETE /feed": download,
    "GET /openapi.json": createOpenapiHandler({ document }),
  };

  /** Asks for Ada's job, or for whatever else the route is about. */
  function call(
    route: string,
    authorization?: string,
    query?: Record<string, string>,
    body?: object,
  ) {
    const [method = "", resource = ""] = route.split(" ");
    const handler = handlers[route];
    assert(handler, `add ${route} to this test`);
    const bodies: Record<string, unknown> = {
      "POST /upload": { fileName: "a.mp4", sizeBytes: 1000 },
      "POST /upload/{jobId}/sign": { method: "PUT" },
      "POST /upload/{jobId}/sign-parts": { uploadId: "u", partNumbers: [1] },
      "POST /jobs/{jobId}/again": {},
      "PATCH /settings": {},
    };
    return callHttp(handler, {
      method,
      resource,
      pathParameters: { jobId },
      query: query ?? (route === "GET /download" ? { id: jobId } : {}),
      headers: authorization ? { Authorization: authorization } : {},
      body: body ?? bodies[route],
    });
  }

  return { keys, revocations, tokens, call, changed, createDone, jobId, ada };
}

type World = Awaited<ReturnType<typeof setUp>>;
const now = Math.floor(Date.now() / 1000);
const TIMES = { iat: now, exp: now + 3600 };

/** Creates a valid token. Each forgery differs from it in one way. */
async function makeGood({ keys, ada, jobId }: World, purpose: "session" | "link") {
  const { kid, key } = await keys.current();
  const payload =
    purpose === "session"
      ? { aud: "tapedeck-api", sub: ada, email: "ada@example.org", role: "user" }
      : { aud: "tapedeck-download", owner: ada, jobId };
  return {
    header: { alg: "HS256", typ: "JWT", kid },
    payload: { iss: "tapedeck", ...TIMES, ...payload },
    key,
  } satisfies Forgery;
}

const other = randomBytes(32);
/** Ways to forge a token, from RFC 8725 and RFC 7519. */
const FORGERIES: Record<string, (good: Awaited<ReturnType<typeof makeGood>>) => Forgery> = {
  "alg none without a signature": (good) => ({
    ...good,
    header: { ...good.header, alg: "none" },
    key: undefined,
  }),
  "alg none with a signature": (good) => ({ ...good, header: { ...good.header, alg: "none" } }),
  "HS512 with the right key": (good) => ({
    ...good,
    header: { ...good.header, alg: "HS512" },
    hash: "sha512",
  }),
  "RS256 in the header of an HMAC": (good) => ({
    ...good,
    header: { ...good.header, alg: "RS256" },
  }),
  "no algorithm": (good) => ({ ...good, header: { ...good.header, alg: undefined } }),
  "another key": (good) => ({ ...good, key: other }),
  "an empty key": (good) => ({ ...good, key: new Uint8Array() }),
  "no signature": (good) => ({ ...good, key: undefined }),
  "an unknown key id": (good) => ({ ...good, header: { ...good.header, kid: "nobody" } }),
  "no key id": (good) => ({ ...good, header: { ...good.header, kid: undefined } }),
  "a key id that is a path": (good) => ({
    ...good,
    header: { ...good.header, kid: "../../dev/null" },
    key: new Uint8Array(),
  }),
  "a key in the header": (good) => ({
    ...good,
    header: { ...good.header, jwk: { kty: "oct", k: other.toString("base64url") } },
    key: other,
  }),
  "a key's address in the header": (good) => ({
    ...good,
    header: { ...good.header, jku: "https://evil.test/keys" },
    key: other,
  }),
  "a critical extension": (good) => ({
    ...good,
    header: { ...good.header, crit: ["x"], x: 1 },
  }),
  "another typ": (good) => ({ ...good, header: { ...good.header, typ: "at+jwt" } }),
  "no typ": (good) => ({ ...good, header: { ...good.header, typ: undefined } }),
  "another issuer": (good) => ({ ...good, payload: { ...good.payload, iss: "elsewhere" } }),
  "no issuer": (good) => ({ ...good, payload: { ...good.payload, iss: undefined } }),
  "another audience": (good) => ({ ...good, payload: { ...good.payload, aud: "tapedeck" } }),
  "no audience": (good) => ({ ...good, payload: { ...good.payload, aud: undefined } }),
  "no end": (good) => ({ ...good, payload: { ...good.payload, exp: undefined } }),
  "an expiry that isn't a number": (good) => ({
    ...good,
    payload: { ...good.payload, exp: "2100-01-01" },
  }),
  "no beginning": (good) => ({ ...good, payload: { ...good.payload, iat: undefined } }),
  "a start in the future": (good) => ({
    ...good,
    payload: { ...good.payload, nbf: now + 600 },
  }),
  "an owner that isn't an id": (good) => ({
    ...good,
    payload: { ...good.payload, sub: "ada", owner: "../ada" },
  }),
  "an older release's claims": (good) => ({
    ...good,
    payload: { ...TIMES, iss: "tapedeck", aud: good.payload.aud },
  }),
};
const NO_TOKENS = ["abc", "a.b.c", "..", "....", "%00", "null", "x".repeat(7000)];

suite("an invalid token opens nothing", () => {
  for (const route of SESSION_ROUTES) {
    test(route, async () => {
      const world = await setUp();
      const good = await makeGood(world, "session");
      const refuse = async (authorization: string | undefined, code: string, why: string) => {
        const { status, body, headers } = await world.call(route, authorization);
        assert.deepEqual([status, body?.code], [401, code], why);
        assert.match(headers["www-authenticate"] ?? "", /^Bearer/, why);
      };
      for (const [why, forge] of Object.entries(FORGERIES)) {
        await refuse(`Bearer ${forgeToken(forge(good))}`, "invalid-token", why);
      }
      for (const text of NO_TOKENS) await refuse(`Bearer ${text}`, "invalid-token", text);
      const ended = { ...good.payload, exp: now - 1 };
      await refuse(`Bearer ${forgeToken({ ...good, payload: ended })}`, "expired-token", "expired");
      const link = forgeToken(await makeGood(world, "link"));
      await refuse(`Bearer ${link}`, "invalid-token", "the link of the same job");
      for (const none of [undefined, "", "Bearer", "Bearer ", "Basic YTpi", forgeToken(good)]) {
        await refuse(none, "missing-token", `no token: ${none}`);
      }
      const session = `Bearer ${forgeToken(good)}`;
      world.revocations.sessionsFrom[world.ada] = now + 1;
      await refuse(session, "session-ended", "from before a new password");
      world.revocations.sessionsFrom = {};
      world.revocations.disabled.push(world.ada);
      await refuse(session, "session-ended", "a disabled user's");
      assert.deepEqual(world.changed, []);

      world.revocations.disabled.pop();
      const { status } = await world.call(route, session);
      assert.notEqual(status, 401, "the same token, unchanged");
    });
  }

  test("nor does it in an email's link", async () => {
    const world = await setUp();
    const good = await makeGood(world, "link");
    const open = (token: string) => world.call("GET /download", undefined, { token });
    const refuse = async (token: string, code: string, why: string) => {
      const { status, body } = await open(token);
      assert.deepEqual([status, body?.code], [401, code], why);
    };
    for (const [why, forge] of Object.entries(FORGERIES)) {
      await refuse(forgeToken(forge(good)), "invalid-link", why);
    }
    for (const text of NO_TOKENS.filter(({ length }) => length <= 4096)) {
      await refuse(text, "invalid-link", text);
    }
    const ended = { ...good.payload, exp: now - 1 };
    await refuse(forgeToken({ ...good, payload: ended }), "expired-link", "expired");
    await refuse(forgeToken(await makeGood(world, "session")), "invalid-link", "a session");
    world.revocations.disabled.push(world.ada);
    await refuse(forgeToken(good), "invalid-link", "a disabled user's");
    world.revocations.disabled.pop();
    assert.equal((await open(forgeToken(good))).status, 302);
  });
});

suite("no token replaces a password at POST /login", () => {
  const wrong = { email: "ada@example.org", password: "wrong" };
  test("whatever token is sent, a missing or wrong password starts no session", async () => {
    const world = await setUp();
    const session = await makeGood(world, "session");
    const kinds = {
      "no token": "",
      "the session of this user": forgeToken(session),
      "an expired one": forgeToken({ ...session, payload: { ...session.payload, exp: now - 1 } }),
      "the link of a job": forgeToken(await makeGood(world, "link")),
      "an administrator's": forgeToken({
        ...session,
        payload: { ...session.payload, sub: randomUUID(), role: "admin" },
      }),
      ...Object.fromEntries(
        Object.entries(FORGERIES).map(([why, forge]) => [why, forgeToken(forge(session))]),
      ),
    };
    for (const [why, token] of Object.entries(kinds)) {
      const authorization = token && `Bearer ${token}`;
      const ask = async (body?: object) => {
        const answer = await world.call("POST /login", authorization, {}, body);
        return [answer.status, answer.body?.code];
      };
      assert.deepEqual(await ask(), [401, "missing-credentials"], why);
      assert.deepEqual(await ask(wrong), [401, "wrong-credentials"], why);
      const invalid = [400, "invalid-request"];
      assert.deepEqual(await ask({ token }), invalid, why);
      assert.deepEqual(await ask({ ...wrong, token }), invalid, why);
    }
    world.revocations.disabled.push(world.ada);
    const asDisabled = await world.call(
      "POST /login",
      `Bearer ${kinds["the session of this user"]}`,
    );
    assert.equal(asDisabled.status, 401);
  });
});

suite("a valid token opens only its own user's jobs", () => {
  for (const role of ["user", "admin"] as const) {
    for (const route of JOB_ROUTES) {
      test(`${route} as another ${role}`, async () => {
        const { tokens, call, changed } = await setUp();
        const stranger = { id: randomUUID(), email: "bob@example.org", role };
        const session = await tokens.issueSession(stranger);
        const { status, body } = await call(route, `Bearer ${session}`);
        assert.deepEqual([status, body?.code], [404, "job-not-found"]);
        assert.deepEqual(changed, []);
      });
    }
  }

  test("an email's link opens only its own job", async () => {
    const { tokens, call, createDone, ada, jobId } = await setUp();
    const another = await createDone(ada);
    const open = (owner: string, id: string) =>
      tokens
        .issueLink({ owner, jobId: id })
        .then((token) => call("GET /download", undefined, { token }));
    assert.match((await open(ada, another)).headers.location ?? "", new RegExp(another));
    assert.equal((await open(randomUUID(), jobId)).status, 404);
    assert.equal((await open(ada, createJobId())).status, 404);
    const token = await tokens.issueLink({ owner: ada, jobId: another });
    assert.equal((await call("GET /download", undefined, { token, id: jobId })).status, 400);
  });

  test("unsubscribing takes a token of its own kind", async () => {
    const { tokens, call, ada, jobId } = await setUp();
    const user = { id: ada, email: "ada@example.org", role: "user" as const };
    const ask = (token: string) => call("POST /unsubscribe", undefined, { token });
    assert.equal((await ask(await tokens.issueLink({ owner: ada, jobId }))).status, 401);
    assert.equal((await ask(await tokens.issueSession(user))).status, 401);
    const token = await tokens.issueUnsubscribe({ owner: ada });
    assert.equal((await ask(token)).status, 200);
    assert.equal((await call("GET /download", undefined, { token })).status, 401);
    assert.equal((await call("GET /settings", `Bearer ${token}`)).status, 401);
  });

  test("without a token, only the OpenAPI document can be read", async () => {
    const { call } = await setUp();
    assert.equal((await call("GET /openapi.json")).status, 200);
  });
});
