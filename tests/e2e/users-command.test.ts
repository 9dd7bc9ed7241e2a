import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { connect, stack } from "../harness/stack.ts";

const COMMAND = resolve(import.meta.dirname, "../../cli/tapedeck.ts");

async function users(commandArguments: string[], input = "") {
  const child = spawn(process.execPath, [COMMAND, "users", ...commandArguments], {
    env: {
      ...process.env,
      ...(stack.endpoint && { AWS_ENDPOINT_URL: stack.endpoint }),
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { exitCode, stdout, stderr };
}

describe("npm run users", () => {
  const email = `operator-${process.pid}-${Date.now()}@example.org`;

  test("adds, changes, lists and disables a user", async () => {
    const added = await users(["add", email], "a long enough password\n");
    assert.equal(added.exitCode, 0, added.stderr);
    await connect({ email, password: "a long enough password" });

    const changed = await users(["set-password", email], "another long password\n");
    assert.equal(changed.exitCode, 0, changed.stderr);
    await assert.rejects(connect({ email, password: "a long enough password" }));
    await connect({ email, password: "another long password" });

    assert.equal((await users(["disable", email])).exitCode, 0);
    await assert.rejects(connect({ email, password: "another long password" }));
    const listed = (await users(["list"])).stdout.split("\n").find((line) => line.includes(email));
    assert.match(listed ?? "", /disabled/);
  });

  test("says in one sentence what is wrong, and never shows the password", async () => {
    for (const [sentence, commandArguments, input] of [
      [/No password was given/, ["add", "new@example.org"], ""],
      [/at least 15 characters/, ["add", "new@example.org"], "short\n"],
      [/no user with this address/, ["disable", "nobody@example.org"], ""],
    ] as const) {
      const { exitCode, stdout, stderr } = await users([...commandArguments], input);
      assert.equal(exitCode, 1);
      assert.match(stderr, sentence);
      assert.doesNotMatch(stdout + stderr, /\n {4}at |short/);
    }
  });
});
