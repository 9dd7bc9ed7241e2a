import type { Run } from "./measure.ts";
import { findMedian } from "./measure.ts";

type Figure = keyof Omit<Run, "stdout">;

export const median = (runs: readonly Run[], of: Figure): number =>
  findMedian(runs.map((run) => run[of]));

/** The medians of some runs of one contender. */
export function printRow(name: string, runs: readonly Run[]): void {
  console.log(
    [
      name.padEnd(24),
      `${median(runs, "wallSeconds").toFixed(2).padStart(8)} s wall`,
      `${median(runs, "cpuSeconds").toFixed(2).padStart(8)} s cpu`,
      `${(median(runs, "peakBytes") / 1e6).toFixed(0).padStart(6)} MB`,
      `${(median(runs, "temporaryBytes") / 1e6).toFixed(0).padStart(6)} MB disk`,
    ].join(" "),
  );
}

export function printFigure(bench: string, value: number, unit: string): void {
  console.log(JSON.stringify({ bench, ratio: Number(value.toFixed(4)), unit }));
}

export const printRatio = (bench: string, ratio: number): void =>
  printFigure(bench, ratio, "ratio");
