import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { findFreePort } from "../../localstack/ports.ts";

const START = resolve(import.meta.dirname, "../../localstack/start.ts");
/** Only says when to give up on a start that hangs. */
const GIVE_UP_MILLISECONDS = 600_000;

describe("npm start, again and again on one state", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "tapedeck-start-"));
  // As in a clone, which keeps its state beside the builds of ffmpeg.
  await mkdir(join(stateDir, "ffmpeg/sources"), { recursive: true });
  const started: ChildProcess[] = [];

  after(async () => {
    for (const child of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(stateDir, { recursive: true, force: true });
  });

  function start(port: number, ...options: string[]) {
    const child = spawn(process.execPath, [START, ...options], {
      env: { PATH: process.env.PATH, TAPEDECK_STATE_DIR: stateDir, TAPEDECK_PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: GIVE_UP_MILLISECONDS,
    });
    started.push(child);
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
    const ended = once(child, "close").then(([exitCode]) => ({ ...output, exitCode }));
    const ready = new Promise<void>((found, failed) => {
      child.stdout.on("data", () => output.stdout.includes("Ctrl-C stops it") && found());
      ended.then(({ stdout, stderr }) => failed(new Error(`It ended.\n${stdout}\n${stderr}`)));
    });
    ready.catch(() => {});
    return { child, ended, ready };
  }

  test("--once advises nothing that needs a running stack", async () => {
    const { exitCode, stdout, stderr } = await start(await findFreePort(), "--once").ended;
    assert.equal(exitCode, 0, `${stdout}${stderr}`);
    assert.match(stdout, /MP3 {7}.*arpeggio\.mp3/);
    assert.doesNotMatch(stdout, /npm run|^(Page|API) /m);
  });

  test("converts on another port, is there once, and ends when PostgreSQL does", async () => {
    const port = await findFreePort();
    const first = start(port);
    await first.ready;

    const second = await start(await findFreePort()).ended;
    assert.equal(second.exitCode, 1);
    assert.equal(
      second.stderr.trim().split(/[:;]/)[0],
      `Tapedeck is already running here, as process ${first.child.pid} at http`,
    );
    assert.match(second.stderr, new RegExp(`at http://127\\.0\\.0\\.1:${port}\\. `));
    assert.equal(second.stderr.trim().split("\n").length, 1, second.stderr);

    const note = await readFile(join(stateDir, "postgres/data/postmaster.pid"), "utf8");
    process.kill(Number(note.split("\n")[0]), "SIGKILL");
    const { exitCode, stdout, stderr } = await first.ended;
    assert.match(stdout, /Jobs from before: 1\./);
    assert.equal(exitCode, 1);
    // After the progress of the sample's conversion.
    const said = stderr.slice(stderr.indexOf("PostgreSQL")).trim();
    assert.match(said, /^PostgreSQL ended unexpectedly\. Its log, .*postgres\.log/);
    assert.equal(said.split("\n").length, 1, stderr);
  });
});
