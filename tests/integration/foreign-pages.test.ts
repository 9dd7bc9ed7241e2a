import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { findFreePort } from "../../localstack/ports.ts";
import { findPython, prepareEmulatorPython } from "../../localstack/python.ts";
import { eventually, stack } from "../harness/stack.ts";

type Headers = Record<string, string>;

const LOCALSTACK_DIR = resolve(import.meta.dirname, "../../localstack");
const LIST = "/?Action=ListQueues";
const OPENED = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

/** Sends exactly these headers, which `fetch` wouldn't, and gives the status. */
async function send(port: string, headers: Headers, path = LIST, method = "GET"): Promise<number> {
  const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false });
  sent.end();
  const [response] = await once(sent, "response");
  response.resume();
  return response.statusCode;
}

/** With `HOST` and `PORT` for the emulator's own. */
const LET_IN: [string, Headers, string?, string?][] = [
  ["a tool", {}],
  ["a tool that says localhost", { host: "localhost:PORT" }],
  ["a tool that puts a bucket into the name", { host: "tapedeck-results.localhost:PORT" }],
  ["a tool on IPv6", { host: "[::1]:PORT" }],
  ["the page", { origin: "http://127.0.0.1:PORT" }],
  ["the page by its other name", { origin: "http://localhost:PORT" }],
  ["the page's own plain GET", { "sec-fetch-site": "same-origin" }],
  ["an address that was typed", { "sec-fetch-site": "none", ...OPENED }, "/_localstack/health"],
  [
    "a link in a webmail to an MP3",
    { "sec-fetch-site": "cross-site", ...OPENED },
    "/tapedeck-results/results/owner/job.mp3?X-Amz-Signature=0",
  ],
];

const REFUSED: [string, Headers, string?, string?][] = [
  ["another origin", { origin: "https://example.org" }],
  ["another port of this machine", { origin: "http://127.0.0.1:1" }],
  ["another scheme", { origin: "https://127.0.0.1:PORT" }],
  ["an origin that begins like ours", { origin: "http://127.0.0.1:PORT.example.org" }],
  ["no origin of its own", { origin: "null" }],
  ["a preflight", { origin: "https://example.org" }, "/", "OPTIONS"],
  ["another host", { host: "example.org:PORT" }],
  ["another host and itself as origin", { host: "a.org:PORT", origin: "http://a.org:PORT" }],
  ["a host that ends like ours", { host: "127.0.0.1.example.org:PORT" }],
  ["a host that has ours as its user", { host: "127.0.0.1@example.org" }],
  ["every address", { host: "0.0.0.0:PORT" }],
  ["an image of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ["an image of another port", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }],
  ["a link to a call", { "sec-fetch-site": "cross-site", ...OPENED }],
  ["a link in an email program to a call", { "sec-fetch-site": "none", ...OPENED }],
  [
    "a link to a call in a bucket",
    { "sec-fetch-site": "none", ...OPENED },
    `/tapedeck-site/a${LIST.slice(1)}`,
  ],
  [
    "a frame around the page",
    { "sec-fetch-site": "cross-site", ...OPENED, "sec-fetch-dest": "iframe" },
    "/tapedeck-site/index.html",
  ],
  ["a browser that doesn't say where from", { "user-agent": "Mozilla/5.0 (Macintosh)" }],
];

function checkAll(port: () => string) {
  for (const [kind, rows] of [
    ["lets in", LET_IN],
    ["refuses", REFUSED],
  ] as const) {
    for (const [what, headers, path, method] of rows) {
      test(`${kind} ${what}`, async () => {
        const filled = Object.entries(headers).map(([name, value]) => [
          name,
          value.replace("PORT", port()),
        ]);
        const status = await send(port(), Object.fromEntries(filled), path, method);
        if (kind === "refuses") assert.equal(status, 403);
        // S3 refuses a presigned URL without a signature, and there is no object.
        else assert.ok([200, 404].includes(status), `${status}`);
      });
    }
  }
}

describe("the emulator of npm start", { skip: !stack.stateDir && "it isn't ours" }, () => {
  checkAll(() => new URL(stack.endpoint ?? "").port);
});

describe("the emulator of compose.yaml", async () => {
  const home = await mkdtemp(join(tmpdir(), "tapedeck-image-"));
  const port = String(await findFreePort());
  let stop = async () => {};
  after(async () => {
    await stop();
    await rm(home, { recursive: true });
  });

  before(async () => {
    // What the Dockerfile copies, started as it says, since not every machine has Docker.
    const dockerfile = await readFile(join(LOCALSTACK_DIR, "Dockerfile"), "utf8");
    const [, copied = ""] = /^COPY (.*) \/$/m.exec(dockerfile) ?? [];
    const [, command = "[]"] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
    for (const file of copied.split(" ")) await cp(join(LOCALSTACK_DIR, file), join(home, file));
    const script = (JSON.parse(command) as string[]).at(-1) ?? "";
    const python = await prepareEmulatorPython(await findPython(), () => {});
    const child = spawn(python, [join(home, script)], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        TMPDIR: home,
        BIND_HOST: "127.0.0.1",
        GATEWAY_PORT: port,
        SFTP_ENABLED: "0",
        IOT_MTLS_ENABLED: "0",
      },
      stdio: "ignore",
    });
    stop = async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    await eventually(() => send(port, {}, "/_localstack/health").catch(() => undefined));
  });
  checkAll(() => port);
});
