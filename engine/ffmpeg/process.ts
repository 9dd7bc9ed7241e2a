import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { OutsideFault } from "../failure.ts";
import { limitProcess } from "./process-limits.ts";

/** How a process ended. Success is exit code 0 and no signal: check both. */
export interface ProcessEnd {
  succeeded: boolean;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last messages, at most 16 KB. */
  messages: string;
}

export interface FfmpegProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
}

const KEPT_MESSAGE_CHARACTERS = 16 * 1024;

/** The exit code of a shell that can't run its command (POSIX.1-2024, Shell & Utilities §2.8.2). */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** The executable is missing or can't be started. That is the installation's fault, not the file's. */
class FfmpegUnavailable extends OutsideFault {
  override name = "FfmpegUnavailable";
}

/**
 * Starts ffmpeg under limits of memory, time and files. Its environment is empty, because a proxy
 * variable would divert the loopback reads. It is killed when `signal` aborts. `ended` rejects only if
 * ffmpeg can't be started.
 */
export function startFfmpeg(
  ffmpegPath: string,
  args: readonly string[],
  stdio: StdioOptions,
  signal: AbortSignal,
): FfmpegProcess {
  const child = spawn(...limitProcess(ffmpegPath, ["-nostdin", "-hide_banner", ...args]), {
    stdio,
    signal,
    killSignal: "SIGKILL",
    env: { AV_LOG_FORCE_NOCOLOR: "1" },
  });
  let messages = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    messages = (messages + text).slice(-KEPT_MESSAGE_CHARACTERS);
  });
  const unavailable = (why: string) => new FfmpegUnavailable(`ffmpeg can't be started: ${why}`);
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.once("error", (error) => {
      if (child.pid === undefined) {
        reject(unavailable(error.message));
      }
    });
    child.once("close", (code, killedBy) => {
      if (code === NOT_EXECUTABLE || code === NOT_FOUND)
        return reject(unavailable(messages.trim()));
      resolve({ succeeded: code === 0 && killedBy === null, code, signal: killedBy, messages });
    });
  });
  // Whoever awaits this still sees the rejection. Without this, Node would exit if nobody awaits it yet.
  ended.catch(() => undefined);
  return { child, ended };
}
