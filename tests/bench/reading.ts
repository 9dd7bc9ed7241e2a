import { stat } from "node:fs/promises";
import { z } from "zod";
import { readMovie } from "../../engine/containers/mp4/movie.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";
import {
  billReads,
  planReads,
  priceReads,
  RANGES_IN_FLIGHT,
  SEQUENTIAL_IN_FLIGHT,
} from "../../engine/reading/read-plan.ts";
import { openFileSource } from "../media/file-source.ts";
import type { Run } from "./measure.ts";
import { printFigure, printRatio } from "./report.ts";

const Outcome = z.object({
  kind: z.literal("converted"),
  figures: z.object({ bytesRead: z.number(), requests: z.number(), plan: z.string() }),
});

/** A run's bytes and requests, and its price on AWS, for an hour of video. */
export async function printReading(name: string, path: string, minutes: number, run: Run) {
  const { figures } = Outcome.parse(JSON.parse(run.stdout));
  const { size } = await stat(path);
  const dollars = billReads(run.wallSeconds, figures.requests) * (60 / minutes);
  console.log(`${name.padEnd(24)} ${figures.plan}: ${figures.requests} requests`);
  printRatio(`${name} bytes read vs source`, figures.bytesRead / size);
  printFigure(`${name} requests per GB of source`, figures.requests / (size / 1e9), "1/GB");
  printFigure(`${name} requests per second of audio`, figures.requests / (minutes * 60), "1/s");
  printFigure(`${name} function and requests, an hour of video`, dollars, "$");
}

/**
 * Prints what the cost model predicts for each plan to read an indexed video. The engine takes one
 * of them.
 */
export async function printChoices(name: string, path: string, minutes: number): Promise<void> {
  const reader = new RangeReader(openFileSource(path));
  const movie = await readMovie(reader, new AbortController().signal);
  if (movie.kind !== "indexed") throw new Error(`${path} has no index`);
  const { extents } = movie;
  const plan = planReads(extents);
  const whole = reader.sizeBytes;
  const choices = {
    "everything in order": priceReads(whole, Math.ceil(whole / 8e6), SEQUENTIAL_IN_FLIGHT),
    "every chunk of audio": priceReads(extents.totalBytes, extents.count, RANGES_IN_FLIGHT),
    [`its plan, ${plan.kind}`]: priceReads(plan.bytes, plan.spans.length, plan.inFlight),
  };
  for (const [choice, { seconds, dollars }] of Object.entries(choices)) {
    printFigure(`${name} ${choice}: reading time`, (seconds * 60) / minutes, "s/h");
    printFigure(`${name} ${choice}: reading price`, (dollars * 60) / minutes, "$/h");
  }
}
