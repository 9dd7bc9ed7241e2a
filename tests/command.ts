/**
 * `npm test` checks the code and runs every test, on a stack of its own. `npm test -- PATTERN...`
 * runs the test files whose path contains a pattern, on a stack that stays for the next run.
 */
import { spawnSync } from "node:child_process";
import { glob } from "node:fs/promises";
import { availableParallelism } from "node:os";

const NEEDS_NO_STACK = /^tests\/(unit|infra|repository)\//;
const patterns = process.argv.slice(2);

function run(command: string, parameters: string[], env = process.env): void {
  const { status } = spawnSync(command, parameters, { stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}

/** Many files wait, for a server, a browser or a timer: more of them than cores keep those busy. */
const CONCURRENCY = `--test-concurrency=${Math.max(3, availableParallelism())}`;
const GLOBAL_SETUP = "--test-global-setup=tests/harness/global-setup.ts";

if (patterns.length === 0) {
  run("npm", ["run", "check:code"]);
  run(process.execPath, ["--test", CONCURRENCY, GLOBAL_SETUP, "tests/**/*.test.ts"]);
} else {
  const all = await Array.fromAsync(glob("tests/**/*.test.ts"));
  const files = all.filter((file) => patterns.some((pattern) => file.includes(pattern)));
  if (files.length === 0) {
    console.error(`No test file's path contains ${patterns.join(" or ")}.`);
    process.exit(2);
  }
  const needsStack = files.some((file) => !NEEDS_NO_STACK.test(file));
  const env = { TAPEDECK_TEST_STACK: "warm", ...process.env };
  run(process.execPath, ["--test", ...(needsStack ? [GLOBAL_SETUP] : []), ...files], env);
}
