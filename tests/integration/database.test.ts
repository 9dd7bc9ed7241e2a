import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { z } from "zod";
import { LoginResponse } from "../../contract/api.ts";
import { createHandler as createBouncesHandler } from "../../functions/bounces/handler.ts";
import { createDatabase, type Database } from "../../functions/database/connection.ts";
import { createLoginLimiter } from "../../functions/database/login-limiter.ts";
import { hashPassword, verifyPassword } from "../../functions/database/passwords.ts";
import { createUserDirectory } from "../../functions/database/user-directory.ts";
import { createHandler as createLoginHandler } from "../../functions/login/handler.ts";
import { createHandler as createMigrateHandler } from "../../functions/migrate/handler.ts";
import { createHandler as createUsersHandler } from "../../functions/users/handler.ts";
import { createDirectPasswordCheck } from "../fakes/check-password.ts";
import { callHttp } from "../fakes/lambda.ts";
import { bounceOf } from "../fakes/ses-events.ts";
import { createMemoryTokens } from "../fakes/tokens.ts";
import { stack } from "../harness/stack.ts";

const MIGRATIONS = join(import.meta.dirname, "../../functions/migrate/migrations");
const STATEMENTS = join(import.meta.dirname, "statements");
const BOUNCED_AT = "2026-01-02T03:04:05.000Z";
const PASSWORD = "correct horse battery staple";

/** For a machine that is busy with other tests: some tests here send a hundred queries at once. */
const PATIENCE = { queryTimeoutSeconds: 60, connectTimeoutSeconds: 60 };

/** A database of this file's own on the stack's server. */
const name = `test_${randomUUID().replaceAll("-", "")}`;
let admin: pg.Client;
let url: string;
let database: Database;

before(async () => {
  assert(stack.databaseUrl, "These tests need the database server that the test run starts.");
  admin = new pg.Client({ connectionString: stack.databaseUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  url = Object.assign(new URL(stack.databaseUrl), { pathname: `/${name}` }).href;
  database = createDatabase({ DATABASE_URL: url }, PATIENCE);
  await createMigrateHandler({ database, directory: MIGRATIONS })();
});

after(async () => {
  await database.close();
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

async function setUp() {
  const users = createUserDirectory(database);
  const tokens = createMemoryTokens();
  const administer = createUsersHandler({
    users,
    publishRevocations: async (compute) => {
      await compute();
    },
  });
  const checkPassword = createDirectPasswordCheck(database);
  const handler = createLoginHandler({ tokens, checkPassword });
  const email = `${randomUUID()}@example.org`;
  await administer({ action: "create", email, password: PASSWORD });
  const login = (credentials: { email: string; password: string }) =>
    callHttp(handler, { method: "POST", resource: "/login", body: credentials });
  return { tokens, administer, handler, email, login };
}

test("migrations run once, also when two deployments meet", async () => {
  const other = `${name}_again`;
  await admin.query(`create database ${other}`);
  const databases = [1, 2].map(() => createDatabase({ DATABASE_URL: url.replace(name, other) }));
  const runs = await Promise.all(
    databases.map((each) => createMigrateHandler({ database: each, directory: MIGRATIONS })()),
  );
  await Promise.all(databases.map((each) => each.close()));
  await admin.query(`drop database ${other} with (force)`);
  assert.deepEqual(
    runs.flatMap(({ applied }) => applied),
    (await readdir(MIGRATIONS)).sort(),
  );
  assert.deepEqual(await createMigrateHandler({ database, directory: MIGRATIONS })(), {
    applied: [],
  });
});

const Statements = z.array(z.object({ text: z.string(), values: z.array(z.unknown()) }));

test("the code from before each migration still works on today's tables", async () => {
  const files = (await readdir(STATEMENTS)).filter((file) => file.endsWith(".json")).sort();
  // The first two migrations are older than this rule.
  const migrations = (await readdir(MIGRATIONS)).sort().slice(2);
  assert.deepEqual(
    files,
    migrations.map((migration) => migration.replace(/\.sql$/, ".json")),
    "record the statements before the migration: tests/integration/statements/record.ts",
  );
  const run = async (client: pg.ClientBase) => {
    for (const file of files) {
      const recorded = JSON.parse(await readFile(join(STATEMENTS, file), "utf8"));
      for (const { text, values } of Statements.parse(recorded)) await client.query(text, values);
    }
  };
  const undone = new Error("undone");
  await assert.rejects(
    database.transact(async (client) => {
      await run(client);
      const { rows } = await client.query("select email from users where password_hash = $1", [
        "another hash",
      ]);
      assert.equal(rows.length, files.length);
      throw undone;
    }),
    undone,
  );
  // A removed column is the case that this catches.
  await assert.rejects(
    database.transact(async (client) => {
      await client.query("alter table users drop column disabled_at");
      await run(client);
    }),
    /disabled_at/,
  );
});

test("users whose emails bounce or are reported are listed as such, until a new password", async () => {
  const { administer, email, login } = await setUp();
  const handler = createBouncesHandler({ users: createUserDirectory(database) });
  const readUser = async () => {
    const answer = await administer({ action: "list" });
    return "users" in answer ? answer.users.find((user) => user.email === email) : undefined;
  };
  await handler(bounceOf(email, "Transient", BOUNCED_AT));
  await handler(bounceOf("nobody@example.org", "Permanent", BOUNCED_AT));
  assert.equal((await readUser())?.emailsRefused, undefined);
  await handler(bounceOf(email.toUpperCase(), "Permanent", BOUNCED_AT));
  assert.deepEqual((await readUser())?.emailsRefused, { at: BOUNCED_AT, by: "bounce" });
  await handler({
    time: BOUNCED_AT,
    detail: {
      eventType: "Complaint",
      complaint: { complainedRecipients: [{ emailAddress: email }] },
    },
  });
  assert.equal((await readUser())?.emailsRefused?.by, "complaint");
  assert.equal((await login({ email, password: PASSWORD })).status, 200);
  await administer({ action: "set-password", email, password: PASSWORD });
  assert.equal((await readUser())?.emailsRefused, undefined);
});

test("the right password opens a session, as JSON and as Basic, in any case of the address", async () => {
  const { login, handler, email, tokens } = await setUp();
  const { status, body } = await login({ email: email.toUpperCase(), password: PASSWORD });
  assert.equal(status, 200);
  const { token, expiresIn } = LoginResponse.parse(body);
  assert.equal(expiresIn, 43_200);
  assert.equal((await tokens.verifySession(token)).email, email);
  const basic = await callHttp(handler, {
    method: "POST",
    resource: "/login",
    headers: { Authorization: `Basic ${Buffer.from(`${email}:${PASSWORD}`).toString("base64")}` },
  });
  assert.equal(basic.status, 200);
});

test("a wrong password, an unknown and a disabled user get the same answer", async () => {
  const { login, administer, email } = await setUp();
  const wrong = await login({ email, password: "wrong" });
  const unknown = await login({ email: `${randomUUID()}@example.org`, password: PASSWORD });
  await administer({ action: "disable", email });
  const disabled = await login({ email, password: PASSWORD });
  assert.equal(wrong.status, 401);
  assert.equal(wrong.body?.code, "wrong-credentials");
  assert.deepEqual(unknown, wrong);
  assert.deepEqual(disabled, wrong);
});

test("a new password replaces the old one and enables the user again", async () => {
  const { login, administer, email } = await setUp();
  await administer({ action: "disable", email });
  await administer({ action: "set-password", email, password: "a brand new password" });
  assert.equal((await login({ email, password: PASSWORD })).status, 401);
  assert.equal((await login({ email, password: "a brand new password" })).status, 200);
});

test("guessing is stopped, even with twenty guesses at once, and a right password clears the count", async () => {
  const { login, email } = await setUp();
  await login({ email, password: "wrong" });
  assert.equal((await login({ email, password: PASSWORD })).status, 200);
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, guess) => login({ email, password: `guess ${guess}` })),
  );
  const statuses = guesses.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 401).length, 10);
  const locked = await login({ email, password: PASSWORD });
  assert.equal(locked.status, 429);
  assert(Number(locked.headers["retry-after"]) > 0);
  assert.match(String(locked.body?.detail), /minutes/);
});

test("the addresses of an IPv6 network share a limit, even in parallel, and the next network has its own", async () => {
  const limiter = createLoginLimiter(database);
  const network = randomUUID().slice(0, 4);
  const attempt = (address: string) => limiter.countAttempt(`${randomUUID()}@example.org`, address);
  const waits = await Promise.all(
    Array.from({ length: 110 }, (_, host) =>
      attempt(`2001:db8:${network}:1::${host.toString(16)}`),
    ),
  );
  assert.equal(waits.filter((wait) => wait === undefined).length, 100);
  assert.equal(await attempt(`2001:db8:${network}:2::1`), undefined);
});

test("input that PostgreSQL can't store is the caller's fault, not a failure of ours", async () => {
  const { login } = await setUp();
  assert.equal((await login({ email: "a\u0000b@example.org", password: "x" })).status, 400);
  assert.equal((await login({ email: "' or 1=1; --", password: "x" })).status, 400);
  assert.equal(
    (await login({ email: "o'hara@example.org", password: "' or 1=1; --" })).status,
    401,
  );
});

test("an administrator's mistakes are explained in a sentence", async () => {
  const { administer, email } = await setUp();
  await assert.rejects(administer({ action: "create", email, password: PASSWORD }), /already/);
  await assert.rejects(administer({ action: "create", email, password: "short" }), /15 characters/);
  await assert.rejects(administer({ action: "disable", email: "no@example.org" }), /no user/);
  await assert.rejects(administer({ action: "explode" }), /action/);
});

test("a password is kept as argon2id with OWASP's parameters, never the same twice", async () => {
  const hash = await hashPassword(PASSWORD);
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(hash, await hashPassword(PASSWORD));
  assert.equal(await verifyPassword(PASSWORD, hash), true);
  assert.equal(await verifyPassword("other", hash), false);
  assert.equal(
    await verifyPassword("pässword".normalize("NFD"), await hashPassword("pässword")),
    true,
  );
});
