import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { OutsideFault } from "../failure.ts";
import { limitProcess } from "./process-limits.ts";

/** How a process ended. Success is exit code 0 and no signal, never one of them alone. */
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

/** How a shell ends that can't run its command (POSIX.1-2024, Shell & Utilities §2.8.2). */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** The executable is missing or can't be started: a fault of the installation, not of the media. */
class FfmpegUnavailable extends OutsideFault {
  override name = "FfmpegUnavailable";
}

/**
 * Starts ffmpeg under limits of memory, time and files, with an argument array and an empty environment
 * (a proxy variable would divert the loopback reads). It is killed when `signal` aborts. `ended` rejects only if it can't be started.
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
  // Whoever awaits sees the rejection; without this a process nobody awaits yet would end Node.
  ended.catch(() => undefined);
  return { child, ended };
}
