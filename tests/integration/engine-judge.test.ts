import assert from "node:assert/strict";
import { test } from "node:test";
import { type Judgement, judgeMutants, judgeMuxes } from "../judge/judge-engine.ts";

/** The long form is `npm run test:media`. */
const FIRST = 1;
const MUXES = 14;
const MUTANTS = 8;

async function findFaults(judgements: AsyncGenerator<Judgement>): Promise<string[]> {
  const faults: string[] = [];
  for await (const { seed, kind, outcome, faults: found } of judgements) {
    for (const fault of found) faults.push(`seed ${seed}, ${kind}: ${outcome}: ${fault}`);
  }
  return faults;
}

test(`${MUXES} random files give what another decoder gives, or the outcome reports a difference`, async () => {
  assert.deepEqual(await findFaults(judgeMuxes(FIRST, MUXES)), []);
});

test(`${MUTANTS} mutants give what another decoder gives, or the outcome reports a difference`, async () => {
  assert.deepEqual(await findFaults(judgeMutants(FIRST, MUTANTS)), []);
});
