import { Command, InvalidArgumentError } from "commander";
import { readStage, SettingsError } from "../read-stage.ts";
import { readInventory } from "./inventory.ts";
import type { Usage } from "./model.ts";
import { printBill } from "./print-bill.ts";

/**
 * `npm run cost`: prints what a stage costs a month. It synthesises the stage's template, so it
 * bills what would be deployed. It needs neither a build nor an account.
 */
interface Options extends Omit<Usage, "whole"> {
  whole?: boolean;
  stage: string;
}

async function showCost({ stage, videos, minutes, whole = false }: Options): Promise<void> {
  const target = await readStage(stage);
  // The CDK takes seconds to load, so wrong options are refused before that.
  const { synthesize } = await import("./synthesize.ts");
  const inventory = readInventory(await synthesize(target));
  process.stdout.write(printBill(stage, inventory, { videos, minutes, whole }));
}

function readCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number, such as 1000.");
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (/^\d{1,5}(\.\d+)?$/.test(text) && minutes > 0) return minutes;
  throw new InvalidArgumentError("Give minutes above 0, such as 10 or 2.5.");
}

const program = new Command("cost")
  .description(
    "Print what a stage costs a month on AWS, and what the same videos would cost elsewhere.",
  )
  .option("--videos <count>", "videos in a month", readCount, 1000)
  .option("--minutes <minutes>", "recording length of each", readMinutes, 10)
  .option("--whole", "upload whole videos, not only the audio tracks that the page extracts")
  .option("--stage <stage>", "whose settings: infra/stages/STAGE.ts", "example")
  .action(showCost);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof SettingsError) program.error(error.message);
  throw error;
}
