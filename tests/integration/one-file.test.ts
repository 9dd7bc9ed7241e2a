import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, suite, test } from "node:test";
import { isAlive } from "../../deployed/state.ts";
import { eventually } from "../harness/eventually.ts";

const ROOT = resolve(import.meta.dirname, "../..");

suite("npm test -- PATTERN", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "tapedeck-one-file-"));
  const note = join(stateDir, "test-stack/running.json");
  const readProcessId = async () => Number(JSON.parse(await readFile(note, "utf8")).processId);
  after(async () => {
    // A test that failed has left the stack running.
    const left = await readProcessId().catch(() => undefined);
    if (left && isAlive(left)) {
      process.kill(left, "SIGTERM");
      await eventually(async () => (isAlive(left) ? undefined : true));
    }
    await rm(stateDir, { recursive: true, force: true });
  });

  /** Runs the command as a developer would, and not as part of this run. */
  const run = (...patterns: string[]) =>
    new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((done) => {
      const { PATH, HOME } = process.env;
      execFile(
        process.execPath,
        [join(ROOT, "tests/command.ts"), ...patterns],
        { cwd: ROOT, env: { PATH, HOME, TAPEDECK_STATE_DIR: stateDir } },
        (error, stdout, stderr) => done({ exitCode: error?.code ?? 0, stdout, stderr }),
      );
    });

  test("runs one file of unit tests without a stack", async () => {
    const { exitCode, stdout, stderr } = await run("unit/network");
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /192\.0\.2\.1 is counted as/);
    assert.equal(existsSync(note), false);
  });

  test("keeps its stack warm for the next run", async () => {
    const first = await run("e2e/access");
    assert.equal(first.exitCode, 0, `${first.stdout}${first.stderr}`);
    const processId = await readProcessId();
    assert(isAlive(processId));

    const second = await run("e2e/access");
    assert.equal(second.exitCode, 0, `${second.stdout}${second.stderr}`);
    assert.match(second.stdout, /a disabled user can't sign in/);
    assert.equal(await readProcessId(), processId);

    process.kill(processId, "SIGTERM");
    await eventually(async () => (isAlive(processId) ? undefined : true));
    assert.equal(existsSync(note), false);
  });

  test("names a pattern that no file's path contains", async () => {
    const { exitCode, stderr } = await run("no-such-file");
    assert.equal(exitCode, 2);
    assert.equal(stderr, "No test file's path contains no-such-file.\n");
  });
});
