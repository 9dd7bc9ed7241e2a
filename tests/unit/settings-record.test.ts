import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createS3SettingsStore } from "../../functions/storage/settings.ts";
import { createMemoryS3 } from "../fakes/memory-s3.ts";

/** Creates the settings of a user who has this record. */
function setUp(record?: object) {
  const { s3, objects, refusals } = createMemoryS3();
  const owner = randomUUID();
  const key = `settings/${owner}.json`;
  const body = JSON.stringify(record);
  if (record) objects.set(key, { writtenAt: new Date(), tag: undefined, body });
  const settings = createS3SettingsStore(s3, "results");
  const readRecord = () => JSON.parse(objects.get(key)?.body ?? "null");
  return { settings, owner, readRecord, refusals };
}

test("what a newer release wrote into the settings is kept, and read as the default", async () => {
  const newer = { emails: "weekly", language: "tlh", theme: { name: "dark" } };
  const { settings, owner, readRecord } = setUp(newer);
  const read = await settings.read(owner);
  assert.deepEqual([read.emails, read.language], ["each", undefined]);
  await settings.change(owner, { language: "fr" });
  assert.deepEqual(readRecord(), { ...newer, language: "fr" });
  await settings.change(owner, { emails: "none" });
  assert.deepEqual(readRecord(), { ...newer, language: "fr", emails: "none" });
});

test("only what is chosen is written, and only if it changes", async () => {
  const { settings, owner, readRecord, refusals } = setUp();
  assert.equal((await settings.change(owner, { language: "ja" })).emails, "each");
  assert.deepEqual(readRecord(), { language: "ja" });
  refusals.push(500);
  assert.equal((await settings.change(owner, { language: "ja" })).language, "ja");
  await assert.rejects(settings.change(owner, { language: "de" }));
});

test("a write that collides with another one is repeated, whichever way S3 says it", async () => {
  const { settings, owner, readRecord, refusals } = setUp({ emails: "digest" });
  refusals.push(409, 412, 404);
  await settings.change(owner, { language: "es" });
  assert.deepEqual(readRecord(), { emails: "digest", language: "es" });
});
