import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { apiUrl, stack, type TestUser } from "./stack.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface Ended {
  exitCode: unknown;
  stdout: string;
  stderr: string;
}

/** Starts `tapedeck` with these arguments. */
export function startTapedeck(
  commandArguments: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; input?: string },
) {
  const { input, ...rest } = options;
  const child = spawn(process.execPath, [join(ROOT, "cli/tapedeck.ts"), ...commandArguments], {
    ...rest,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = once(child, "close").then(([exitCode]): Ended => ({ exitCode, ...output }));
  return { child, ended };
}

/** The environment in which a command uses the stack as `user`, and keeps its state in `directory`. */
export const environmentOf = (user: TestUser, directory: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  XDG_STATE_HOME: directory,
  NODE_OPTIONS: `--import=${join(ROOT, "tests/harness/checked-command.ts")}`,
  TAPEDECK_API_URL: apiUrl,
  TAPEDECK_EMAIL: user.email,
  TAPEDECK_PASSWORD: user.password,
});

/** Runs an operator's command, which finds the stack by its AWS credentials. */
export const runForOperator = (
  commandArguments: readonly string[],
  input?: string,
): Promise<Ended> =>
  startTapedeck(commandArguments, {
    env: { ...process.env, ...(stack.endpoint && { AWS_ENDPOINT_URL: stack.endpoint }) },
    ...(input !== undefined && { input }),
  }).ended;
