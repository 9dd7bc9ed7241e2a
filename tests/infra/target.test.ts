import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readLocalTarget } from "../../infra/target.ts";

const read = (context: Record<string, unknown>, environment: Record<string, string> = {}) =>
  readLocalTarget((name) => context[name], environment);

describe("the settings of an emulator's stack", () => {
  test("none is required", () => {
    assert.equal(read({}).resultRetentionDays, 30);
  });

  test("numbers may be text from the command line", () => {
    assert.equal(read({ resultRetentionDays: "7" }).resultRetentionDays, 7);
  });

  test("a wrong number is named", () => {
    assert.throws(() => read({ converterConcurrency: "1" }), /converterConcurrency/);
    assert.throws(() => read({ resultRetentionDays: "soon" }), /resultRetentionDays/);
  });

  test("the page has the address at which the browser reaches the emulator", () => {
    const target = read({}, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566/" });
    assert.equal(target.pageOrigin, "http://127.0.0.1:4566");
  });
});
