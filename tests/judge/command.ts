import { parseArgs } from "node:util";
import { type Judgement, judgeMutants, judgeMuxes } from "./judge-engine.ts";

/**
 * `npm run test:media -- --first 1 --muxes 500 --mutants 2000` converts random files and mutants of
 * random files, and compares each result with what another ffmpeg decodes. It prints the outcomes by
 * kind of file, and each fault with the seed that produces its file again.
 */
const { values } = parseArgs({
  options: {
    first: { type: "string", default: "1" },
    muxes: { type: "string", default: "500" },
    mutants: { type: "string", default: "2000" },
  },
});
const [first, muxes, mutants] = [values.first, values.muxes, values.mutants].map(Number) as [
  number,
  number,
  number,
];

let faults = 0;
for (const [what, judgements] of [
  ["muxes", judgeMuxes(first, muxes)],
  ["mutants", judgeMutants(first, mutants)],
] as const) {
  const counts = new Map<string, number>();
  for await (const {
    seed,
    kind,
    outcome,
    faults: found,
  } of judgements as AsyncGenerator<Judgement>) {
    const event = /: (\w+)$/.exec(kind)?.[1];
    const row = what === "muxes" ? `${event} → ${outcome}` : outcome;
    counts.set(row, (counts.get(row) ?? 0) + 1);
    if (found.length === 0) continue;
    faults++;
    console.error(`${what} seed ${seed}, ${kind}: ${outcome}: ${found.join("; ")}`);
  }
  console.log(what);
  console.table(Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)));
}
console.log(`${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
