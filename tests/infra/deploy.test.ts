import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { findShorterRetention } from "../../infra/retention.ts";
import { AWS, ROOT, synthesize } from "./synthesis.ts";

const run = promisify(execFile);

/** Runs the script without AWS and without a terminal. */
const deploy = (...parameters: string[]) =>
  run(process.execPath, ["infra/deploy.ts", ...parameters], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_MAX_ATTEMPTS: "1",
    },
  });

/** The output shows that it did nothing else, because a build would print something. */
describe("npm run deploy, before anything is built", () => {
  test("says which settings the stage lacks", async () => {
    await assert.rejects(deploy(), {
      code: 1,
      stdout: "",
      stderr:
        /^\ninfra\/stages\/prod\.ts: sender is missing: .*\ninfra\/stages\/prod\.ts: alarmEmail is missing: .*\n$/,
    });
  });

  test("says that a stage doesn't exist", async () => {
    await assert.rejects(deploy("--stage", "moon"), {
      stdout: "",
      stderr: /^\nThere is no stage "moon": copy .*\n$/,
    });
  });

  test("says what to pass if there is no terminal", async () => {
    await assert.rejects(deploy("--stage", "example"), { stdout: "", stderr: /pass --yes/ });
  });

  test("says that AWS doesn't answer", async () => {
    await assert.rejects(deploy("--stage", "example", "--yes"), {
      stdout: "",
      stderr: /^\nAWS doesn't show the stack Tapedeck-example: .*AWS_PROFILE.*\n$/,
    });
  });
});

describe("shortening what S3 keeps", async () => {
  const templates = new Map(
    await Promise.all(
      [7, 30, 90].map(
        async (resultRetentionDays): Promise<[number, object]> => [
          resultRetentionDays,
          (await synthesize({ ...AWS, resultRetentionDays })).toJSON(),
        ],
      ),
    ),
  );
  const compare = (before: number, after: number) =>
    findShorterRetention(templates.get(before), templates.get(after));

  test("is found, with both numbers", () => {
    assert.deepEqual(compare(90, 30), [
      { rule: "results", deployedDays: 90, newDays: 30 },
      { rule: "jobs", deployedDays: 90, newDays: 30 },
      { rule: "covers", deployedDays: 90, newDays: 30 },
    ]);
    // The record of a job stays as long as its source: 15 days.
    assert.deepEqual(compare(30, 7), [
      { rule: "results", deployedDays: 30, newDays: 7 },
      { rule: "jobs", deployedDays: 30, newDays: 15 },
      { rule: "covers", deployedDays: 30, newDays: 15 },
    ]);
  });

  test("isn't found if it is lengthened or unchanged", () => {
    assert.deepEqual(compare(7, 30), []);
    assert.deepEqual(compare(30, 30), []);
  });

  test("is found if nothing was ever deleted before", () => {
    const [first] = findShorterRetention({ Resources: {} }, templates.get(7));
    assert.equal(first?.deployedDays, Number.POSITIVE_INFINITY);
  });
});
