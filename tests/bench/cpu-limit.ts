import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

/** A group of processes that share a part of the processors. */
export interface CpuLimit extends Disposable {
  /** The command that runs `program` in the group. */
  wrap(program: string, args: readonly string[]): [string, string[]];
}

const ROOT = "/sys/fs/cgroup";
const PERIOD_MICROSECONDS = 100_000;

/** Creates a cgroup, of version 2 or 1. Throws if this process may not, because it takes root. */
export function limitCpus(cpus: number): CpuLimit {
  const quota = Math.round(cpus * PERIOD_MICROSECONDS);
  const controllers = `${ROOT}/cgroup.controllers`;
  const isVersion2 =
    existsSync(controllers) && readFileSync(controllers, "utf8").split(/\s/).includes("cpu");
  const group = `${ROOT}/${isVersion2 ? "" : "cpu/"}tapedeck-bench-${process.pid}-${cpus}`;
  mkdirSync(group);
  if (isVersion2) writeFileSync(`${group}/cpu.max`, `${quota} ${PERIOD_MICROSECONDS}`);
  else {
    writeFileSync(`${group}/cpu.cfs_period_us`, `${PERIOD_MICROSECONDS}`);
    writeFileSync(`${group}/cpu.cfs_quota_us`, `${quota}`);
  }
  return {
    wrap: (program, args) => [
      "/bin/sh",
      ["-c", `echo $$ > ${group}/cgroup.procs && exec "$0" "$@"`, program, ...args],
    ],
    [Symbol.dispose]: () => rmdirSync(group),
  };
}
