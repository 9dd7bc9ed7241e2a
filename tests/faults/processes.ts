import { readdir, readFile, readlink } from "node:fs/promises";

interface Process {
  id: number;
  parentId: number;
  command: string;
  directory: string;
}

/**
 * Finds the processes of one stack's converters and of their ffmpegs. The emulator unpacks each function
 * below its own state, which no other stack on this machine shares.
 */
export async function findConverters(
  stateDir: string,
  functionName: string,
): Promise<{ workers: number[]; ffmpegs: number[] }> {
  const all = await listProcesses();
  const workers = all
    .filter(({ directory }) => directory.startsWith(stateDir) && directory.includes(functionName))
    .map(({ id }) => id);
  const children = all.filter(({ parentId }) => workers.includes(parentId));
  const ffmpegs = children.filter(({ command }) => /ffmpeg/.test(command)).map(({ id }) => id);
  return { workers: workers.filter((id) => !ffmpegs.includes(id)), ffmpegs };
}

async function listProcesses(): Promise<Process[]> {
  const ids = (await readdir("/proc")).map(Number).filter((id) => id > 0);
  const found = await Promise.all(ids.map((id) => readProcess(id).catch(() => undefined)));
  return found.filter((process) => process !== undefined);
}

async function readProcess(id: number): Promise<Process> {
  const [stat, command, directory] = await Promise.all([
    readFile(`/proc/${id}/stat`, "utf8"),
    readFile(`/proc/${id}/cmdline`, "utf8"),
    readlink(`/proc/${id}/cwd`),
  ]);
  // The name before it, in parentheses, may hold anything.
  const parentId = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return { id, parentId, command, directory };
}

/** @returns false if it had ended before. */
export function killHard(id: number): boolean {
  try {
    return process.kill(id, "SIGKILL");
  } catch {
    return false;
  }
}
