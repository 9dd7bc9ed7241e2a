import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
const files = globSync("tests/**/*.ts", { cwd: ROOT }).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), "utf8"),
}));

/** Nothing listens below this, so that nothing answers there. */
const FIRST_REAL_PORT = 10;

test("tests assume no port, so that they pass beside npm start", () => {
  const assumed = files
    // Templates name ports, and nobody connects to them.
    .filter(({ path }) => !path.startsWith("tests/infra/"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/(?:127\.0\.0\.1:|localhost:|listen\()(\d+)/g)]
        .filter(([, port]) => Number(port) >= FIRST_REAL_PORT)
        .map(([place]) => `${path}: ${place}`),
    );
  assert.deepEqual(assumed, []);
});

test("tests choose the port of each npm start", () => {
  const starting = files.filter(({ text }) => /(localstack\/|")start\.ts"/.test(text));
  assert(starting.length > 0);
  for (const { path, text } of starting) {
    assert.match(text, /TAPEDECK_PORT: String\(/, `${path} starts on the usual port`);
  }
});
