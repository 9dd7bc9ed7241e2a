import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { SignJWT, UnsecuredJWT } from "jose";
import { createJobId } from "../../contract/job-id.ts";
import type { Revocations } from "../../functions/runtime/revocations.ts";
import { createTokens } from "../../functions/runtime/tokens.ts";
import { createMemoryKeys, NOBODY_REVOKED } from "../fakes/tokens.ts";

const user = { id: randomUUID(), email: "ada@example.org", role: "user" as const };
const link = { owner: user.id, jobId: createJobId() };
const refusedWith = (code: string) => ({ name: "Refusal", kind: "unauthenticated", code });

test("a session token names its user", async () => {
  const tokens = createTokens(createMemoryKeys(), NOBODY_REVOKED);
  const claims = await tokens.verifySession(await tokens.issueSession(user));
  assert.equal(claims.sub, user.id);
  assert.equal(claims.email, user.email);
  assert.equal(claims.role, "user");
  assert.equal(claims.exp - claims.iat, 12 * 60 * 60);
});

test("sessions survive one rotation of the key, but not two", async () => {
  const keys = createMemoryKeys();
  const tokens = createTokens(keys, NOBODY_REVOKED);
  const token = await tokens.issueSession(user);
  keys.rotate();
  assert.equal((await tokens.verifySession(token)).sub, user.id);
  keys.rotate();
  await assert.rejects(tokens.verifySession(token), refusedWith("invalid-token"));
});

test("a token is refused, whichever part of it was changed", async () => {
  const tokens = createTokens(createMemoryKeys(), NOBODY_REVOKED);
  const token = await tokens.issueSession(user);
  for (const part of [0, 1, 2]) {
    const parts = token.split(".");
    const text = parts[part] ?? "";
    parts[part] = `${text.slice(0, 8)}${text[8] === "A" ? "B" : "A"}${text.slice(9)}`;
    await assert.rejects(tokens.verifySession(parts.join(".")), refusedWith("invalid-token"));
  }
});

test("a token without a signature is refused", async () => {
  const tokens = createTokens(createMemoryKeys(), NOBODY_REVOKED);
  const unsecured = new UnsecuredJWT({ email: user.email, role: "admin" })
    .setSubject(user.id)
    .setIssuer("tapedeck")
    .setAudience("tapedeck-api")
    .setIssuedAt()
    .setExpirationTime("1h")
    .encode();
  await assert.rejects(tokens.verifySession(unsecured), refusedWith("invalid-token"));
});

test("an expired token has its own code, so that a page can ask to sign in again", async () => {
  const keys = createMemoryKeys();
  const { kid, key } = await keys.current();
  const expired = await new SignJWT({ email: user.email, role: "user" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid })
    .setSubject(user.id)
    .setIssuer("tapedeck")
    .setAudience("tapedeck-api")
    .setIssuedAt("2h ago")
    .setExpirationTime("1h ago")
    .sign(key);
  await assert.rejects(
    createTokens(keys, NOBODY_REVOKED).verifySession(expired),
    refusedWith("expired-token"),
  );
});

test("a token of another issuer with the right key is refused", async () => {
  const keys = createMemoryKeys();
  const { kid, key } = await keys.current();
  const foreign = await new SignJWT({ email: user.email, role: "user" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid })
    .setSubject(user.id)
    .setIssuer("elsewhere")
    .setAudience("tapedeck-api")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(key);
  await assert.rejects(
    createTokens(keys, NOBODY_REVOKED).verifySession(foreign),
    refusedWith("invalid-token"),
  );
});

test("a link's token isn't a session's, nor the other way round", async () => {
  const tokens = createTokens(createMemoryKeys(), NOBODY_REVOKED);
  await assert.rejects(
    tokens.verifySession(await tokens.issueLink(link)),
    refusedWith("invalid-token"),
  );
  await assert.rejects(
    tokens.verifyLink(await tokens.issueSession(user)),
    refusedWith("invalid-link"),
  );
  assert.deepEqual(await tokens.verifyLink(await tokens.issueLink(link)), link);
});

test("a disabled user's tokens are void at once, sessions and links", async () => {
  const user = { id: crypto.randomUUID(), email: "ada@example.org", role: "user" as const };
  const revocations: Revocations = { disabled: [], sessionsFrom: {} };
  const tokens = createTokens(createMemoryKeys(), async () => revocations);
  const session = await tokens.issueSession(user);
  const link = await tokens.issueLink({ owner: user.id, jobId: createJobId() });
  await tokens.verifySession(session);
  await tokens.verifyLink(link);
  revocations.disabled.push(user.id);
  await assert.rejects(tokens.verifySession(session), refusedWith("session-ended"));
  await assert.rejects(tokens.verifyLink(link), refusedWith("invalid-link"));
});

test("a new password ends earlier sessions, but neither later ones nor links", async () => {
  const user = { id: crypto.randomUUID(), email: "ada@example.org", role: "user" as const };
  const now = Math.floor(Date.now() / 1000);
  const revocations: Revocations = { disabled: [], sessionsFrom: { [user.id]: now + 60 } };
  const tokens = createTokens(createMemoryKeys(), async () => revocations);
  const session = await tokens.issueSession(user);
  const link = await tokens.issueLink({ owner: user.id, jobId: createJobId() });
  await assert.rejects(tokens.verifySession(session), refusedWith("session-ended"));
  await tokens.verifyLink(link);
  revocations.sessionsFrom[user.id] = now;
  await tokens.verifySession(session);
});
