import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";

export interface Run {
  wallSeconds: number;
  /** The CPU time of the process and all its children. */
  cpuSeconds: number;
  /** The highest sum of the proportional set sizes over the process tree. */
  peakBytes: number;
  /** The largest sum of file sizes in the run's own temporary directory. */
  temporaryBytes: number;
  stdout: string;
}

const SAMPLE_MS = 100;
/** Linux counts every program's CPU time in these units. */
const TICKS_PER_SECOND = 100;

/** Runs a program, and measures it and its children from outside. Linux only. */
export async function measure(
  program: string,
  args: readonly string[],
  temporaryDirectory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const cpuBefore = readChildrenCpuSeconds();
  const since = performance.now();
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment, TMPDIR: temporaryDirectory },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  let peakBytes = 0;
  let temporaryBytes = 0;
  const timer = setInterval(() => {
    if (child.pid) peakBytes = Math.max(peakBytes, readTreeBytes(child.pid));
    temporaryBytes = Math.max(temporaryBytes, sumFiles(temporaryDirectory));
  }, SAMPLE_MS);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (...end) => resolve(end));
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}: ${stderr}`);
  return {
    wallSeconds: (performance.now() - since) / 1000,
    cpuSeconds: readChildrenCpuSeconds() - cpuBefore,
    peakBytes,
    temporaryBytes,
    stdout,
  };
}

/** Reads the CPU time of all ended children and of their children (proc(5), cutime and cstime). */
function readChildrenCpuSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

function readTreeBytes(root: number): number {
  const tree = new Set([root]);
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]));
    } catch {
      // It ended meanwhile.
    }
  }
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const [child, parent] of parents) if (tree.has(parent)) tree.add(child);
  }
  let bytes = 0;
  for (const pid of tree) {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      bytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
    } catch {
      // It ended meanwhile.
    }
  }
  return bytes;
}

function sumFiles(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory, { recursive: true })) {
    try {
      bytes += statSync(`${directory}/${name}`).size;
    } catch {
      // It was removed meanwhile.
    }
  }
  return bytes;
}

export function findMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
