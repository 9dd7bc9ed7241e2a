import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";

const CALLS = "execve,clone,clone3,fork,vfork,open,openat,openat2,creat,connect,bind,sendto";

/** The files that an ffmpeg may open: only those that the C library asks the kernel for. */
const ALLOWED_FILES =
  /^\/(dev\/null|proc\/(self\/|sys\/vm\/overcommit_memory)|sys\/devices\/system\/cpu\/|etc\/(localtime|ld\.so)|lib|usr\/lib)/;
const ALLOWED_ADDRESS = /sin_addr=inet_addr\("127\.0\.0\.1"\)/;

/**
 * Runs a Node script again under strace and checks what each ffmpeg in it opens, runs and connects
 * to. Returns the exit code. Without strace the script runs untraced, and says so.
 */
export async function traceProcesses(command: readonly string[]): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "trace-"));
  const log = join(directory, "strace");
  const script = [process.execPath, ...command, "--traced"];
  try {
    const isThere = (await run(["strace", "-V"], "ignore").catch(() => 1)) === 0;
    if (!isThere) console.log("strace isn't installed: what ffmpeg opens isn't traced.");
    const code = await run(
      isThere
        ? [
            "strace",
            "-f",
            "-q",
            "--seccomp-bpf",
            "-s",
            "256",
            "-e",
            `trace=${CALLS}`,
            "-o",
            log,
            ...script,
          ]
        : script,
      "inherit",
    );
    if (!isThere) return code;
    const { processes, calls, forbidden } = await readTrace(log);
    console.log(
      `${processes} ffmpeg processes traced, ${calls} calls, ${forbidden.length} forbidden`,
    );
    for (const line of forbidden.slice(0, 20)) console.error(line);
    return code || (forbidden.length > 0 || processes === 0 ? 1 : 0);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function run(command: readonly string[], stdio: "inherit" | "ignore"): Promise<number> {
  const child = spawn(command[0] as string, command.slice(1), { stdio });
  const [code] = await once(child, "close");
  return (code as number | null) ?? 1;
}

/** Reads strace's lines. A process is an ffmpeg from its `execve` on, and so are its threads. */
async function readTrace(log: string) {
  const { path } = await resolveFfmpeg();
  const started = `execve("${path}"`;
  const traced = new Set<string>();
  const forbidden: string[] = [];
  let processes = 0;
  let calls = 0;
  for await (const line of createInterface({ input: createReadStream(log, "latin1") })) {
    const [, pid = "", call = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (call.startsWith(started)) {
      traced.add(pid);
      processes++;
      continue;
    }
    if (/\+\+\+ (exited|killed)/.test(call)) traced.delete(pid);
    if (!traced.has(pid)) continue;
    const child =
      /^(?:clone|clone3|fork|vfork)\b.* = (\d+)$/.exec(call) ??
      /^<\.\.\. clone3? resumed>.* = (\d+)$/.exec(call);
    if (child?.[1]) {
      traced.add(child[1]);
      continue;
    }
    calls++;
    if (!isAllowed(call)) forbidden.push(line);
  }
  return { processes, calls, forbidden };
}

function isAllowed(call: string): boolean {
  const [, name = "", file] = /^(\w+)\((?:AT_FDCWD, )?(?:"([^"]*)")?/.exec(call) ?? [];
  if (/^open|^creat/.test(name)) return ALLOWED_FILES.test(file ?? "");
  if (name === "connect") return ALLOWED_ADDRESS.test(call);
  // sendto is how HTTP requests go out on a connection: without an address of its own.
  if (name === "sendto") return / NULL, 0(\)| <unfinished)/.test(call);
  if (name === "execve" || name === "bind") return false;
  return true;
}
