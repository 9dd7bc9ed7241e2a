import { Command } from "commander";
import { findDeployment } from "../deployed/find-deployment.ts";
import { UserError } from "../deployed/user-error.ts";
import { visitParkedMessages } from "./parked-messages.ts";

/** `tapedeck redrive`: retries conversions and emails that were given up. */
export const createRedriveCommand = (): Command =>
  new Command("redrive")
    .description(
      "Retry conversions and emails that were given up: all of them, or those of the given jobs.",
    )
    .argument("[jobs...]", "the jobs' ids")
    .option("--list", "only show them")
    .option("--aws", "the stack on AWS, even if npm start runs here")
    .option("--stage <stage>", "a stage on AWS other than prod")
    .action(async (jobs: string[], options: { list?: boolean; aws?: boolean; stage?: string }) => {
      const deployment = await findDeployment(options);
      console.error(`Given up on ${deployment.place}`);
      const wanted = new Set(jobs);
      const found = new Set<string>();
      await visitParkedMessages(deployment, async ({ what, jobIds, cause, redrive }) => {
        const isWanted = jobs.length === 0 || jobIds.some((jobId) => wanted.has(jobId));
        if (!isWanted) return;
        for (const jobId of jobIds) found.add(jobId);
        const canBeRedriven = jobIds.length > 0 && !options.list;
        if (canBeRedriven) await redrive();
        const job = jobIds.join(", ") || "no job";
        console.log(`${job}  ${what}  ${canBeRedriven ? "tried again" : "kept"}  ${cause}`);
      });
      const missing = jobs.filter((jobId) => !found.has(jobId));
      if (missing.length > 0) {
        throw new UserError(
          `Not given up: ${missing.join(", ")}. "npm run redrive -- --list" shows what was.`,
        );
      }
      if (jobs.length === 0 && found.size === 0) console.error("Nothing was given up.");
    });
