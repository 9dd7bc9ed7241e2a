import { readFileSync } from "node:fs";

/**
 * The limits of a process that reads a user's file. Each is several times what the largest
 * conversion takes, so that only a hostile file reaches it.
 */
const LIMITS = {
  /** CPU time. An hour is enough for 100 hours of audio. */
  cpuSeconds: 3600,
  /** Memory, including the stacks of threads. A conversion takes less than 100 MB. */
  dataBytes: 2 ** 30,
  /** Open files and connections. A decoder has about ten. */
  openFiles: 64,
  /** How many processes and threads may be added to those of the machine. */
  newProcesses: 256,
};

/**
 * Sets the limits and becomes the process. `$0` and `"$@"` are the shell's arguments, and nothing in them
 * is run as a command. The process can't write files or dump core. If the system lacks one of the
 * limits, it runs without that one. The number of processes is `-p` in dash, which means something
 * else in bash.
 */
const launch = (processes: number | undefined) =>
  [
    `ulimit -t ${LIMITS.cpuSeconds}`,
    `ulimit -d ${LIMITS.dataBytes / 1024}`,
    `ulimit -n ${LIMITS.openFiles}`,
    "ulimit -f 0",
    "ulimit -c 0",
    ...(processes === undefined ? [] : [`ulimit -u ${processes} || ulimit -p ${processes}`]),
  ]
    .map((line) => `{ ${line}; } 2>/dev/null;`)
    .concat('exec "$0" "$@"')
    .join(" ");

/** Returns the command that runs `path` with `args` under the limits, which takes a millisecond. */
export function limitProcess(path: string, args: readonly string[]): [string, string[]] {
  return ["/bin/sh", ["-c", launch(countProcesses()), path, ...args]];
}

/**
 * Counts the machine's processes, because the limit counts all processes of the user. Without /proc
 * (macOS), there is no limit, and Linux never applies it to root.
 */
function countProcesses(): number | undefined {
  try {
    // "0.20 0.18 0.12 1/80 11206": the fourth field ends in how many there are (proc(5)).
    const [, count] = /\/(\d+) \d+\s*$/.exec(readFileSync("/proc/loadavg", "latin1")) ?? [];
    return count === undefined ? undefined : Number(count) + LIMITS.newProcesses;
  } catch {
    return undefined;
  }
}
