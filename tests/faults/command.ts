/** `npm run test:faults -- --seed N --jobs N` gives the figures in docs/reliability.md. */
import { parseArgs } from "node:util";
import { type FaultReport, runFaults } from "./run-faults.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "200" },
    hurry: { type: "string", default: "6" },
  },
});

const report = await runFaults({
  seed: Number(values.seed),
  jobs: Number(values.jobs),
  hurry: Number(values.hurry),
  restarts: true,
  say: (sentence) => console.error(sentence),
});
print(report);
process.exitCode = report.defects.length === 0 ? 0 : 1;

function print({ outcomes, faults, defects, ...figures }: FaultReport): void {
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  console.log(
    `${figures.jobs} jobs in ${figures.seconds} s, ${figures.calls} calls, ${total} faults`,
  );
  for (const [fault, count] of Object.entries(faults)) console.log(`  ${count} × ${fault}`);
  console.log("ended as (with one undisturbed run of each kind of file)");
  for (const [outcome, count] of Object.entries(outcomes)) console.log(`  ${count} × ${outcome}`);
  console.log(
    `emails beyond one a job: ${figures.duplicateEmails} (SES's answer got lost ${figures.unconfirmedEmails} times)`,
  );
  console.log(defects.length === 0 ? "lost: 0" : `DEFECTS\n  ${defects.join("\n  ")}`);
}
