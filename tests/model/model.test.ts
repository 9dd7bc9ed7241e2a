import "./quiet.ts";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { explore } from "./explore.ts";
import { BOUNDS, OLD_FAULTS } from "./settings.ts";

/** `npm run test:model` explores hundreds of thousands. */
const MAX_STATES = 2500;

describe("a job, with a fault between any two of its steps, ends once and is announced", () => {
  for (const [name, bounds] of Object.entries(BOUNDS)) {
    test(name, async (t) => {
      const { states, isComplete, violation } = await explore({ ...bounds, maxStates: MAX_STATES });
      t.diagnostic(`${states} states${isComplete ? " (all of them)" : ""}`);
      assert.equal(violation, undefined, JSON.stringify(violation, null, 2));
    });
  }
});

describe("the model finds old bugs when they are put back", () => {
  const sentences = {
    "no end for what is given up": "The job never ends.",
    "messages aren't hidden": "A job whose worker died waits for 5400 s.",
    "emails aren't claimed": "More emails went out than the harms explain.",
  } as const;
  for (const [name, sentence] of Object.entries(sentences)) {
    test(name, async () => {
      const bounds = OLD_FAULTS[name as keyof typeof sentences];
      const { violation } = await explore({ ...bounds, maxStates: 50_000 });
      assert.equal(violation?.sentence, sentence);
    });
  }
});
