import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT_DIR } from "../deployed/state.ts";
import { UserError } from "../deployed/user-error.ts";

/** A server that runs beside us and ends with us. */
export interface Child {
  /** Resolves when the server has ended, for any reason. */
  readonly gone: Promise<unknown>;
  readonly isRunning: boolean;
  stop(): Promise<void>;
}

/**
 * Starts a server under guard.py, which stops it when this process ends, however it ends.
 * Its output goes to `logFile`.
 */
export async function startChild(options: {
  python: string;
  stopSignal: "SIGTERM" | "SIGINT";
  command: readonly string[];
  env: Record<string, string>;
  logFile: string;
}): Promise<Child> {
  const log = await open(options.logFile, "w", 0o600);
  const child = spawn(
    options.python,
    [join(ROOT_DIR, "localstack/guard.py"), options.stopSignal, ...options.command],
    { env: options.env, stdio: ["pipe", log.fd, log.fd], detached: true },
  );
  const gone = Promise.race([once(child, "exit"), once(child, "error")]);
  await log.close();
  return {
    gone,
    get isRunning() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    async stop() {
      child.stdin?.end();
      await gone;
    },
  };
}

/** A server that should run until it is stopped. */
export interface Server {
  /** Rejects with a {@link UserError} if the server ends before `stop` was called. */
  readonly crashed: Promise<never>;
  stop(): Promise<void>;
}

/** Watches a child that {@link waitUntilReady} found ready. */
export function watchServer(child: Child, name: string, logFile: string): Server {
  let isStopping = false;
  const crashed = child.gone.then(() => {
    if (isStopping) return new Promise<never>(() => {});
    throw new UserError(
      `${name} ended unexpectedly. Its log, ${logFile}, may say why. Start again; finished work is kept.`,
    );
  });
  // Anyone who doesn't wait for it will notice when the next request fails.
  crashed.catch(() => {});
  return {
    crashed,
    async stop() {
      isStopping = true;
      await child.stop();
    },
  };
}

/**
 * Polls `isReady` until it returns true.
 *
 * @throws Error with the end of the log if the server ends first or `timeoutSeconds` pass.
 */
export async function waitUntilReady(
  child: Child,
  options: {
    name: string;
    logFile: string;
    timeoutSeconds: number;
    isReady: () => Promise<boolean>;
  },
): Promise<void> {
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  while (!(await options.isReady().catch(() => false))) {
    if (!child.isRunning || Date.now() > deadline) {
      await child.stop();
      const log = await readFile(options.logFile, "utf8");
      throw new Error(
        `${options.name} did not start. The end of ${options.logFile}:\n${log.slice(-2000)}`,
      );
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/**
 * Runs a command and returns its output.
 *
 * @throws Error with the output if it fails.
 */
export async function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const child: ChildProcess = spawn(command, commandArguments, {
    cwd: options.cwd ?? ROOT_DIR,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [exitCode, signal] = await once(child, "close");
  if (exitCode !== 0) {
    throw new Error(
      `${command} ${commandArguments.join(" ")} ended with ${signal ?? exitCode}:\n${output.slice(-4000)}`,
    );
  }
  return output;
}
