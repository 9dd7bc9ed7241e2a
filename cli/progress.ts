import cliProgress from "cli-progress";
import type { ConversionProgress } from "../client/node/steps.ts";
import { formatDuration, formatSize } from "../contract/format.ts";

/**
 * Shows the progress of several conversions: one line for each on a terminal, or else a sentence at
 * each quarter.
 */
export interface ProgressDisplay {
  /** @param name shown before the progress if there are several videos. */
  add(name: string): { update(progress: ConversionProgress): void; end(): void };
  stop(): void;
}

/** Shows progress on standard error. */
export const showProgress = (): ProgressDisplay =>
  process.stderr.isTTY ? showBars() : showLines();

function showBars(): ProgressDisplay {
  const bars = new cliProgress.MultiBar({
    format: "{label} {bar} {percentage}% {note}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  });
  return {
    add(name) {
      const bar = bars.create(1000, 0, { label: labelOf("", name), note: "" });
      return {
        update(progress) {
          const { label, fraction, note } = describe(progress);
          bar.update(Math.round(fraction * 1000), { label: labelOf(label, name), note });
        },
        end: () => bar.stop(),
      };
    },
    stop: () => bars.stop(),
  };
}

const labelOf = (label: string, name: string) =>
  `${name ? `${name.slice(0, 28).padEnd(28)} ` : ""}${label.padEnd(11)}`;

function showLines(): ProgressDisplay {
  return {
    add(name) {
      let shown = "";
      return {
        update(progress) {
          const { label, fraction, note } = describe(progress);
          const line = `${name ? `${name}: ` : ""}${label} ${Math.floor(fraction * 4) * 25}%`;
          if (line === shown) return;
          shown = line;
          process.stderr.write(`${line}${note && ` (${note})`}\n`);
        },
        end() {},
      };
    },
    stop() {},
  };
}

function describe(progress: ConversionProgress): { label: string; fraction: number; note: string } {
  switch (progress.step) {
    case "reading":
      return { label: "Reading", fraction: progress.fraction, note: "the audio track" };
    case "uploading": {
      const { sentBytes, totalBytes, wait } = progress;
      const sizes = `${formatSize(sentBytes)} of ${formatSize(totalBytes)}`;
      const note = wait ? `waiting for the network, ${sizes}` : sizes;
      return { label: "Uploading", fraction: sentBytes / totalBytes, note };
    }
    case "converting": {
      const { state, progress: seen, result } = progress.job;
      if (state === "completed") {
        return {
          label: "Converting",
          fraction: 1,
          note: formatDuration(result?.durationSeconds ?? 0),
        };
      }
      if (!seen)
        return {
          label: "Converting",
          fraction: 0,
          note: state === "converting" ? "reading" : "queued",
        };
      return {
        label: "Converting",
        fraction: seen.fraction,
        note: formatDuration(seen.audioSeconds),
      };
    }
    case "downloading": {
      const { receivedBytes, sizeBytes } = progress;
      return {
        label: "Downloading",
        fraction: receivedBytes / sizeBytes,
        note: formatSize(receivedBytes),
      };
    }
  }
}
