import { parseArgs } from "node:util";
import { convertHostileFiles, convertMutants } from "./convert-hostile.ts";
import { traceProcesses } from "./trace.ts";

/**
 * `npm run test:hostile -- --seed 1 --mutants 4000`: hostile files and seeded mutants through the
 * engine. Prints outcomes by kind. If strace is installed, every file that an ffmpeg opens and
 * every connection that it makes is checked as well.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    mutants: { type: "string", default: "4000" },
    first: { type: "string", default: "0" },
    traced: { type: "boolean", default: false },
  },
});

if (!values.traced) process.exitCode = await traceProcesses(process.argv.slice(1));
else {
  const counts = new Map<string, number>();
  let broken = 0;
  const add = (what: string, { outcome, isHeld }: { outcome: string; isHeld: boolean }) => {
    const kind = isHeld ? outcome : (outcome.split(":")[0] as string);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (isHeld) return;
    broken++;
    console.error(`${what}: ${outcome}`);
  };
  const { results, requests } = await convertHostileFiles();
  for (const [name, result] of Object.entries(results)) {
    console.log(`${name}: ${result.outcome}`);
    add(name, result);
  }
  console.log(`requests for the bait: ${requests.length}`);
  const [seed, mutants, first] = [values.seed, values.mutants, values.first].map(Number);
  for await (const mutant of convertMutants(seed as number, mutants as number, first)) {
    add(`mutant ${mutant.number} of ${mutant.name}`, mutant);
  }
  console.table(Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)));
  console.log(`${broken} broken promises`);
  process.exitCode = broken + requests.length > 0 ? 1 : 0;
}
