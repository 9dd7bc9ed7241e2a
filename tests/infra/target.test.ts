import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readTarget } from "../../infra/target.ts";

const read = (context: Record<string, unknown>, environment: Record<string, string> = {}) =>
  readTarget((name) => context[name], environment);

describe("the settings of a deployment", () => {
  test("without a target: a sentence that says what to pass", () => {
    assert.throws(() => read({}), /pass -c target=aws or -c target=local/);
    assert.throws(() => read({ target: "moon" }), /pass -c target=aws or -c target=local/);
  });

  test("on AWS the sender is required, by name", () => {
    assert.throws(() => read({ target: "aws" }), /-c sender=.*[\s\S]*sender/);
    assert.throws(() => read({ target: "aws", sender: "nobody" }), /-c sender=/);
  });

  test("numbers and switches come as text from the command line", () => {
    const target = read({
      target: "aws",
      sender: "a@example.org",
      resultRetentionDays: "7",
      converterMemoryMiB: "10240",
      deletionProtection: "false",
    });
    assert.equal(target.resultRetentionDays, 7);
    assert.equal(target.converterMemoryMiB, 10_240);
    assert.equal(target.kind === "aws" && target.deletionProtection, false);
  });

  test("a wrong number is named", () => {
    assert.throws(
      () => read({ target: "local", converterConcurrency: "1" }),
      /converterConcurrency/,
    );
    assert.throws(
      () => read({ target: "local", resultRetentionDays: "soon" }),
      /resultRetentionDays/,
    );
  });

  test("the data of an AWS deployment is protected unless it says otherwise", () => {
    const target = read({ target: "aws", sender: "a@example.org" });
    assert.equal(target.kind === "aws" && target.deletionProtection, true);
  });

  test("the page comes from where the browser reaches the emulator", () => {
    const target = read({ target: "local" }, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566/" });
    assert.equal(target.kind === "local" && target.pageOrigin, "http://127.0.0.1:4566");
  });
});
