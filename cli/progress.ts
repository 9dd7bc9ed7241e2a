import cliProgress from "cli-progress";

/** One line on a terminal that moves; elsewhere, one line at each quarter. */
export interface ProgressDisplay {
  /** `fraction` from 0 to 1; `note` follows the bar. */
  update(fraction: number, note?: string): void;
  /** Ends the line, complete or not. */
  stop(): void;
}

/** Shows how far `label` is, on standard error. */
export function showProgress(label: string): ProgressDisplay {
  return process.stderr.isTTY ? showBar(label) : showLines(label);
}

function showBar(label: string): ProgressDisplay {
  const bar = new cliProgress.SingleBar({
    format: `${label.padEnd(11)} {bar} {percentage}% {note}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(1000, 0, { note: "" });
  return {
    update: (fraction, note = "") => bar.update(Math.round(fraction * 1000), { note }),
    stop: () => bar.stop(),
  };
}

function showLines(label: string): ProgressDisplay {
  let shownQuarters = -1;
  return {
    update(fraction, note = "") {
      const quarters = Math.floor(fraction * 4);
      if (quarters <= shownQuarters) return;
      shownQuarters = quarters;
      process.stderr.write(`${label} ${quarters * 25}%${note && ` (${note})`}\n`);
    },
    stop() {},
  };
}

export const formatSize = (bytes: number): string =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
