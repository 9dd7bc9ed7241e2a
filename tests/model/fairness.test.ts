import "./quiet.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./fairness.ts";
import { POLICIES, SCENARIOS } from "./fairness-scenarios.ts";

const VIDEO_SECONDS = 60;

const run = (scenario: string, policy: string) => {
  const [batches, settings] = [SCENARIOS[scenario], POLICIES[policy]];
  assert(batches && settings);
  return simulate({ ...settings, batches, seed: 1 });
};

test("a small video doesn't wait for another user's hundred, and each of those is converted once", async () => {
  const scenario = "a small video behind 100 of 60 s";
  const unfair = await run(scenario, "first come, first served");
  assert(Number(unfair.longestWaits.small) > 30 * VIDEO_SECONDS);
  for (const policy of Object.keys(POLICIES).slice(1)) {
    const { longestWaits, conversions, endSeconds } = await run(scenario, policy);
    assert(Number(longestWaits.small) < 10, `${policy}: ${longestWaits.small} s`);
    assert.equal(conversions, 101);
    // Two converters are never idle for longer than a waiting video takes to ask again.
    assert(endSeconds < 51.5 * VIDEO_SECONDS, `${policy}: ${endSeconds} s`);
  }
});

test("a small video waits for about three conversions behind five users who fill the queue", async () => {
  const scenario = "a small video behind five users' 20 of 60 s each";
  for (const policy of Object.keys(POLICIES).slice(1)) {
    const { longestWaits, conversions } = await run(scenario, policy);
    assert(Number(longestWaits.small) < 3.5 * VIDEO_SECONDS, `${policy}: ${longestWaits.small} s`);
    assert.equal(conversions, 101);
  }
});
