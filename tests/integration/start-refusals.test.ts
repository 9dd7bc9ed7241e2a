import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { findFreePort } from "../../localstack/ports.ts";

const LOCALSTACK_DIR = resolve(import.meta.dirname, "../../localstack");

describe("npm start says in one sentence what to do", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "tapedeck-start-"));

  async function run(script: string, environment: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [join(LOCALSTACK_DIR, script)], {
      env: {
        PATH: process.env.PATH,
        TAPEDECK_STATE_DIR: stateDir,
        // The usual one may be taken, by an "npm start" for example.
        TAPEDECK_PORT: String(await findFreePort()),
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "close")]);
    assert.equal(exitCode, 1, stderr);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    return stderr.trim();
  }

  test("if the emulator's port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = String(typeof address === "object" && address?.port);
    const sentence = await run("start.ts", { TAPEDECK_PORT: port });
    server.close();
    assert.match(sentence, new RegExp(`^Port ${port} is taken: stop .*TAPEDECK_PORT`));
  });

  test("if TAPEDECK_PORT isn't a port", async () => {
    assert.match(await run("start.ts", { TAPEDECK_PORT: "http" }), /must be a port number/);
  });

  test("if there is no Python", async () => {
    const sentence = await run("start.ts", { PATH: dirname(process.execPath) });
    assert.match(sentence, /^Python 3\.10 or later is missing\. Install it/);
  });

  test("if there is no ffmpeg", async () => {
    const sentence = await run("start.ts", { FFMPEG_BIN: join(stateDir, "no-ffmpeg") });
    assert.match(sentence, /^FFMPEG_BIN is .*no-ffmpeg, which doesn't run/);
  });

  test("if AWS_ENDPOINT_URL doesn't lead to an emulator", async () => {
    const sentence = await run("start.ts", { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    assert.match(sentence, /^No AWS emulator responds at http:\/\/127\.0\.0\.1:9/);
  });

  test("if npm runs on an old Node", async () => {
    const sentence = await run("check-node.cjs", {
      npm_config_user_agent: "npm/9.9.0 node/v18.20.0 linux x64 workspaces/false",
    });
    assert.match(sentence, /^Node 18 is too old: install Node 20 or later/);
  });

  test("the refusals leave nothing behind but their folder", () =>
    rm(stateDir, { recursive: true }));
});
