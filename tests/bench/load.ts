/**
 * Many people at once, on a stack of its own on this machine: each signs in, sends the sample's audio
 * track, asks for the job until it is finished, downloads the MP3, waits for the email and deletes the
 * job, again and again.
 *
 *   npm run bench:load -- [--quick] [--users N] [--seconds N] [--pause SECONDS]
 *
 * Prints the percentiles of each route beside those of an empty Lambda behind the same gateway, which
 * the same people call in the same run, and how long each of them waited. Exits with 1 if anything
 * failed, or if a job, an MP3 or an email is missing.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { globalSetup, globalTeardown } from "../harness/global-setup.ts";
import { printFairness, printQueues, printRoutes } from "./load-report.ts";

/** Right passwords don't count against an address, except while they are checked: at most 100. */
const MAX_USERS = 90;
const MAX_SECONDS = 600;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    users: { type: "string" },
    seconds: { type: "string" },
    pause: { type: "string", default: "1" },
  },
});
const plan = {
  users: readCount("users", values.users ?? (values.quick ? "8" : "50"), 1, MAX_USERS),
  seconds: readCount("seconds", values.seconds ?? (values.quick ? "20" : "180"), 5, MAX_SECONDS),
  pauseSeconds: readCount("pause", values.pause, 0, 60),
  isShared: false,
};

await globalSetup();
try {
  // It takes over the stack when it is loaded.
  const { runLoad } = await import("./load-run.ts");
  console.log(
    `${plan.users} users for ${plan.seconds} s, ${plan.pauseSeconds} s between two videos of one`,
  );
  const result = await runLoad(plan);
  console.log(`load of the machine at the end: ${loadavg()[0]?.toFixed(1)}`);
  printRoutes(result);
  printQueues(result);
  printFairness(result);
  for (const fault of result.faults) console.log(`fault: ${fault}`);
  console.log(
    `${result.jobs.length} jobs and ${result.warmUp.length} before the run, ${result.emails} emails, ${result.differentMp3s} different MP3s, ${result.faults.length} faults`,
  );
  if (result.faults.length > 0) process.exitCode = 1;
} finally {
  await globalTeardown();
}

function readCount(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  console.error(`--${name} takes a whole number from ${least} to ${most}.`);
  process.exit(2);
}
