import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { Problem } from "../../contract/api.ts";
import { createDatabase } from "../../functions/database/connection.ts";
import { createHandler as createJobsHandler } from "../../functions/jobs/handler.ts";
import { createHandler as createLoginHandler } from "../../functions/login/handler.ts";
import { createHttpHandler } from "../../functions/runtime/http.ts";
import { PROMPT } from "../../functions/runtime/patience.ts";
import { createS3Client } from "../../functions/storage/s3-clients.ts";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { createDirectPasswordCheck } from "../fakes/check-password.ts";
import { callHttp } from "../fakes/lambda.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { bearer, createMemoryTokens } from "../fakes/tokens.ts";
import { stack } from "../harness/stack.ts";

/** What API functions have: infra/tapedeck.ts. */
const FUNCTION_SECONDS = 10;
const credentials = { email: "ada@example.org", password: "correct horse battery staple" };

/** Passes everything on to the database, until it is frozen: then it says nothing any more. */
let frozen = false;
const sockets = new Set<Socket>();
const frozenServer = createServer(async (client) => {
  const { connect } = await import("node:net");
  const { hostname, port } = new URL(stack.databaseUrl ?? "postgres://127.0.0.1:1");
  const upstream = connect(Number(port), hostname);
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    sockets.add(from);
    from.on("data", (bytes: Buffer) => frozen || to.write(bytes));
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
});
let port = 0;

before(async () => {
  await new Promise<void>((listening) => frozenServer.listen(0, "127.0.0.1", listening));
  port = (frozenServer.address() as { port: number }).port;
});
after(() => {
  for (const socket of sockets) socket.destroy();
  frozenServer.close();
});

function createLogin(url: string) {
  const database = createDatabase({ DATABASE_URL: url });
  const login = createLoginHandler({
    checkPassword: createDirectPasswordCheck(database),
    tokens: createMemoryTokens(),
  });
  return () => callHttp(login, { method: "POST", resource: "/login", body: credentials });
}

function assertUnavailable(answer: Awaited<ReturnType<typeof callHttp>>, code: string) {
  assert.equal(answer.status, 503);
  assert.equal(Problem.parse(answer.body).code, code);
  assert(Number(answer.headers["retry-after"]) > 0);
}

test("a database that freezes gives a 503, and signing in works again afterwards", async () => {
  const url = Object.assign(new URL(stack.databaseUrl ?? ""), { hostname: "127.0.0.1" });
  url.port = String(port);
  const login = createLogin(url.href);
  assert.equal((await login()).status, 401);
  frozen = true;
  assertUnavailable(await login(), "database-unavailable");
  // Now not even a connection comes about.
  assertUnavailable(await login(), "database-unavailable");
  frozen = false;
  assert.equal((await login()).status, 401);
});

test("a database that isn't there gives a 503", async () => {
  assertUnavailable(await createLogin("postgres://nobody@127.0.0.1:1/x")(), "database-unavailable");
});

test("S3 that says nothing gives a 503 before the function's time is over", async () => {
  const silent = createServer((socket) => sockets.add(socket));
  await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
  const { port: silentPort } = silent.address() as { port: number };
  const environment = {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${silentPort}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  Object.assign(process.env, environment);
  try {
    const tokens = createMemoryTokens();
    const handler = createJobsHandler({
      settings: createMemorySettings(),
      pageUrl: "https://tapes.test",
      jobs: createS3JobStore(createS3Client(PROMPT), "results"),
      tokens,
      deleteJobObjects: async () => {},
      sourceRetentionDays: 1,
      resultRetentionDays: 30,
    });
    const user = { id: crypto.randomUUID(), email: credentials.email, role: "user" as const };
    const answer = await callHttp(handler, {
      method: "GET",
      resource: "/jobs",
      headers: bearer(await tokens.issueSession(user)),
      remainingSeconds: FUNCTION_SECONDS,
    });
    assertUnavailable(answer, "unavailable");
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    silent.close();
  }
});

test("a handler that takes all of the function's time is answered for", async () => {
  const handler = createHttpHandler({ "GET /slow": () => new Promise(() => {}) });
  const call = { method: "GET", resource: "/slow", remainingSeconds: 1.2 };
  assertUnavailable(await callHttp(handler, call), "unavailable");
});
