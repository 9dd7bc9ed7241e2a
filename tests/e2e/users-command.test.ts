import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { invokeFunction } from "../../deployed/invoke-function.ts";
import { bounceOf } from "../fakes/ses-events.ts";
import { runForOperator } from "../harness/run-tapedeck.ts";
import { awsConfig, connect, createUser } from "../harness/stack.ts";

const users = (commandArguments: string[], input?: string) =>
  runForOperator(["users", ...commandArguments], input);

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

  test("lists whose emails come back", async () => {
    // Emulators don't send such events, and AWS sends them only for real emails.
    const { email: bounced } = await createUser();
    const lambda = new LambdaClient(awsConfig);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    lambda.destroy();
    const handler = Functions.find(
      ({ Environment }) => Environment?.Variables?.POWERTOOLS_SERVICE_NAME === "bounces",
    );
    const event = bounceOf(bounced, "Permanent", "2026-01-02T03:04:05.000Z");
    await invokeFunction(awsConfig, handler?.FunctionName ?? "", event);
    const listed = (await users(["list"])).stdout.split("\n");
    const line = listed.find((each) => each.includes(bounced));
    assert.match(line ?? "", /emails bounced 2026-01-02T03:04:05/);
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
