/** `npm run test:model`: model.test.ts with far more states, for docs/reliability.md. */
import "./quiet.ts";
import { parseArgs } from "node:util";
import { type Bounds, explore } from "./explore.ts";
import { simulate } from "./fairness.ts";
import { POLICIES, SCENARIOS } from "./fairness-scenarios.ts";
import { BOUNDS, OLD_FAULTS } from "./settings.ts";

const { values } = parseArgs({ options: { states: { type: "string", default: "300000" } } });
const maxStates = Number(values.states);

async function report(name: string, bounds: Bounds): Promise<boolean> {
  const startedAt = Date.now();
  const { states, steps, ends, isComplete, violation } = await explore(bounds);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const extent = violation ? "" : isComplete ? " (all of them)" : " (the limit)";
  console.log(`${name}: ${states} states${extent}, ${steps} steps, ${ends} ends, ${seconds} s`);
  if (violation) console.log(`  ${violation.sentence}\n    ${violation.history.join("\n    ")}`);
  return violation === undefined;
}

let isRight = true;
for (const [name, bounds] of Object.entries(BOUNDS)) {
  if (!(await report(name, { ...bounds, maxStates }))) isRight = false;
}
for (const [name, bounds] of Object.entries(OLD_FAULTS)) {
  if (await report(`old fault: ${name}`, { ...bounds, maxStates })) isRight = false;
}

console.log("\nEach user's longest wait for a conversion, in seconds:");
for (const [scenario, batches] of Object.entries(SCENARIOS)) {
  console.log(scenario);
  for (const [policy, settings] of Object.entries(POLICIES)) {
    const { longestWaits, ...rest } = await simulate({ ...settings, batches, seed: 1 });
    const waits = Object.entries(longestWaits).map(([user, wait]) => `${user} ${wait.toFixed(1)}`);
    const { endSeconds, sentAgain } = rest;
    const cost = `done after ${endSeconds.toFixed(0)}, ${sentAgain} messages put back`;
    console.log(`  ${policy}: ${waits.join(", ")}; ${cost}`);
  }
}
process.exitCode = isRight ? 0 : 1;
