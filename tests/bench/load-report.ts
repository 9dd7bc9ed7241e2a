import type { LoadResult } from "./load-run.ts";
import { findPercentile } from "./load-timing.ts";
import { printFigure } from "./report.ts";

/** Into how many parts of the run the queue and the waits are divided. */
const PARTS = 6;
const FLOOR = "an empty Lambda";

const pad = (text: string | number, width = 9) => String(text).padStart(width);
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);

/** Prints each route's percentiles in milliseconds, and as multiples of the floor's. */
export function printRoutes({ recorder }: LoadResult): void {
  const times = recorder.readTimes();
  const floor = times.get(FLOOR) ?? [];
  const medianRatios: [string, number][] = [];
  console.log(
    `\n${"milliseconds".padEnd(22)}${["calls", "p50", "p95", "p99"].map((h) => pad(h)).join("")}${pad("p50:floor")}${pad("p95:floor", 11)}`,
  );
  for (const [route, sorted] of [...times].sort(([a], [b]) => a.localeCompare(b))) {
    const figures = [0.5, 0.95, 0.99].map((share) => findPercentile(sorted, share));
    const ratios = [0.5, 0.95].map(
      (share) => findPercentile(sorted, share) / findPercentile(floor, share),
    );
    console.log(
      `${route.padEnd(22)}${pad(sorted.length)}${figures.map((ms) => pad(ms.toFixed(0))).join("")}${ratios.map((ratio) => pad(ratio.toFixed(2), 10)).join("")}`,
    );
    if (route !== FLOOR) medianRatios.push([route, ratios[0] ?? Number.NaN]);
  }
  for (const [route, ratio] of medianRatios) {
    printFigure(`load ${route} p50 : an empty Lambda`, ratio, "ratio");
  }
}

/** Prints the video queue's depth and the users' waits in each part of the run. */
export function printQueues({ queue, jobs, plan }: LoadResult): void {
  const end = Math.max(plan.seconds * 1000, ...queue.map(({ atMs }) => atMs));
  console.log(
    `\n${"from, s".padEnd(10)}${["waiting", "most", "in work", "finished", "wait p50", "wait p95"].map((h) => pad(h, 10)).join("")}`,
  );
  for (let part = 0; part < PARTS; part++) {
    const isIn = (ms: number) => Math.min(PARTS - 1, Math.floor((ms / end) * PARTS)) === part;
    const depth = queue.filter(({ atMs }) => isIn(atMs));
    const done = jobs.filter(({ finishedAtMs }) => isIn(finishedAtMs));
    const waits = done.map(({ waitMs }) => waitMs).sort((a, b) => a - b);
    const row = [
      findMean(depth.map(({ waiting }) => waiting)).toFixed(1),
      Math.max(0, ...depth.map(({ waiting }) => waiting)),
      findMean(depth.map(({ inWork }) => inWork)).toFixed(1),
      done.length,
      ...[0.5, 0.95].map((share) =>
        waits.length > 0 ? `${seconds(findPercentile(waits, share))} s` : "–",
      ),
    ];
    const from = ((end * part) / PARTS / 1000).toFixed(0);
    console.log(`${from.padEnd(10)}${row.map((value) => pad(value, 10)).join("")}`);
  }
}

/**
 * Prints whether everybody waited equally long: each user's median wait, and their share of the MP3s.
 */
export function printFairness({ jobs, plan }: LoadResult): void {
  const waits = Array.from({ length: plan.users }, (_, user) =>
    jobs
      .filter((job) => job.user === user)
      .map(({ waitMs }) => waitMs)
      .sort((a, b) => a - b),
  );
  const medians = waits
    .map((own) => findPercentile(own, 0.5))
    .filter((ms) => !Number.isNaN(ms))
    .sort((a, b) => a - b);
  const counts = waits.map(({ length }) => length);
  const middle = findPercentile(medians, 0.5);
  console.log(
    `\nA user's median wait, from the upload's end: least ${seconds(medians[0] ?? Number.NaN)} s, middle ${seconds(middle)} s, most ${seconds(medians.at(-1) ?? Number.NaN)} s`,
  );
  console.log(`MP3s of one user: ${Math.min(...counts)} to ${Math.max(...counts)}`);
  printFigure(
    "load most patient user's wait : the middle one's",
    (medians.at(-1) ?? 0) / middle,
    "ratio",
  );
  printFigure("load fairness of MP3s (Jain's index)", findJainIndex(counts), "ratio");
}

/**
 * Returns 1 if everybody got the same, and 1/n if one user got everything. Jain, Chiu, Hawe,
 * DEC-TR-301, 1984.
 */
function findJainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}

const findMean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
