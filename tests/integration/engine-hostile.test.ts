import assert from "node:assert/strict";
import { test } from "node:test";
import { convertHostileFiles, convertMutants } from "../hostile/convert-hostile.ts";

/** The long form is `npm run test:hostile`. */
const SEED = 10;
const MUTANTS = 72;

test("no hostile file is read as a recording, opens another one, or asks a server", async () => {
  const { results, requests } = await convertHostileFiles();
  for (const [name, { outcome, isHeld }] of Object.entries(results)) {
    assert.ok(isHeld && outcome !== "converted", `${name}: ${outcome}`);
  }
  assert.deepEqual(requests, []);
});

test(`${MUTANTS} mutants each end in an outcome`, async () => {
  const broken: string[] = [];
  for await (const { number, name, outcome, isHeld } of convertMutants(SEED, MUTANTS)) {
    if (!isHeld) broken.push(`mutant ${number} of ${name}: ${outcome}`);
  }
  assert.deepEqual(broken, []);
});
