import type { Quality } from "../../contract/conversion.ts";
import { makeVideo, type Variant } from "./bench-media.ts";
import { type Contenders, startRangeServer } from "./contenders.ts";
import { limitCpus } from "./cpu-limit.ts";
import type { Run } from "./measure.ts";
import { median, printFigure, printRow } from "./report.ts";

/** How fast S3 sends to one function, in bytes per second over all its connections. */
const LINK_BYTES_PER_SECOND = 75e6;

/** arm64, https://aws.amazon.com/lambda/pricing/; a CPU for each 1,769 MiB. */
const DOLLARS_PER_GIB_SECOND = 0.0000133334;
const MIB_PER_CPU = 1769;

/** The converter's memory, and the memory for two whole CPUs. */
const MEMORY_MIB = [3008, 2 * MIB_PER_CPU];

const CASES: readonly { variant: Variant; minutes: number; quality: Quality }[] = [
  { variant: "mp4-fine", minutes: 10, quality: "v2" },
  { variant: "mp4-fine", minutes: 60, quality: "v2" },
  { variant: "mp4-coarse", minutes: 60, quality: "v2" },
  { variant: "mp4-fragmented", minutes: 60, quality: "v2" },
  { variant: "mp4-coarse", minutes: 60, quality: "192" },
  { variant: "mp4-coarse", minutes: 60, quality: "128" },
];

/** Measures the seconds until the MP3 is ready and their price on AWS, under limits like Lambda's. */
export async function compareOnLambda(
  contenders: Contenders,
  media: string,
  rounds: number,
  longestMinutes: number,
): Promise<void> {
  using server = await startRangeServer(media, LINK_BYTES_PER_SECOND);
  for (const { variant, minutes, quality } of CASES) {
    if (minutes > longestMinutes) continue;
    const address = server.addressOf(await makeVideo(media, variant, minutes));
    for (const memoryMib of MEMORY_MIB) {
      using limit = limitCpus(memoryMib / MIB_PER_CPU);
      const runs: Run[] = [];
      for (let round = 0; round < rounds; round++) {
        runs.push(await contenders.engine(address, { quality, limit }));
      }
      const name = `${variant}, ${minutes} min, ${quality}, ${memoryMib} MiB`;
      printRow(name, runs);
      const seconds = median(runs, "wallSeconds");
      const dollars = seconds * (memoryMib / 1024) * DOLLARS_PER_GIB_SECOND;
      printFigure(`${name}: function`, dollars, "$");
    }
  }
}
