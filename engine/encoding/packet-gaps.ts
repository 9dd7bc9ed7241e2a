import type { Readable } from "node:stream";
import { toArguments } from "../ffmpeg/arguments.ts";
import { LEAST_BEFORE_GAP, LEAST_GAP_SECONDS } from "./filters.ts";

/** The options that make ffmpeg print a line for each copied packet to its fourth file. */
export const PACKET_LINES = [...toArguments({ c: "copy", f: "framecrc" }), "pipe:3"];

/** A long time from one packet's start to the next one's, and how many packets came before that. */
interface Step {
  seconds: number;
  packetsBefore: number;
}

/** Reads the steps between packets in which there may be a gap from their lines: stream, two times, length. */
export async function readLongSteps(lines: Readable): Promise<Step[]> {
  const steps: Step[] = [];
  let tickSeconds = 0;
  let last: number | undefined;
  let packets = 0;
  let rest = "";
  for await (const text of lines.setEncoding("latin1")) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      const timeBase = /^#tb 0: (\d+)\/(\d+)/.exec(line);
      if (timeBase) tickSeconds = Number(timeBase[1]) / Number(timeBase[2]);
      if (line.startsWith("#")) continue;
      const start = Number(line.split(",", 3)[2]) * tickSeconds;
      const seconds = start - (last ?? start);
      if (seconds > LEAST_GAP_SECONDS) steps.push({ seconds, packetsBefore: packets });
      last = Math.max(last ?? start, start);
      packets++;
    }
  }
  return steps;
}

/** Adds up the gaps between packets that are `packetSeconds` long, whatever the container says. */
export function sumGaps(steps: readonly Step[], packetSeconds: number): number {
  const { frames, seconds: leastSeconds } = LEAST_BEFORE_GAP;
  return steps
    .filter(({ packetsBefore }) => packetsBefore >= frames)
    .filter(({ packetsBefore }) => packetsBefore * packetSeconds > leastSeconds)
    .map(({ seconds }) => seconds - packetSeconds)
    .filter((gap) => gap > LEAST_GAP_SECONDS)
    .reduce((sum, gap) => sum + gap, 0);
}
