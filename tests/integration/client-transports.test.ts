import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { FileSource } from "../../client/node/file-source.ts";
import { createNodeTransport } from "../../client/node/node-transport.ts";
import { launchBrowser } from "../harness/browser.ts";
import {
  makeContent,
  type Outcome,
  type PageWithScenarios,
  runScenario,
  type Scenario,
} from "./client-transport-scenario.ts";

/** Longer than the pauses of a server that is only slow, below. */
const STALL_MILLISECONDS = 1500;
const content = Buffer.from(makeContent());

/** S3's answers as its clients see them. The tests below explain the paths. */
const answers: Record<string, RequestListener> = {
  "/stored": async (request, response) => {
    const body = await text(request.setEncoding("latin1"));
    response.setHeader(
      "etag",
      `"${Buffer.from(body, "latin1").compare(content.subarray(1000, 200_000))}"`,
    );
    response.end(request.headers["x-test"]);
  },
  "/refused": async (request, response) => {
    await text(request);
    response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
  },
  "/refused-early": (_request, response) => {
    response.writeHead(400, { connection: "close" });
    response.end("<Error><Code>EntityTooLarge</Code></Error>");
  },
  "/error-in-success": (_request, response) => {
    response.end("<?xml version='1.0'?><Error><Code>InternalError</Code></Error>");
  },
  "/busy": (_request, response) => {
    response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
  },
  "/reset": (request) => void request.socket.resetAndDestroy(),
  "/silent": () => {},
  "/slow": (_request, response) => {
    // As S3 keeps a connection alive while it completes an upload.
    response.setHeader("content-type", "application/xml");
    response.write("<Ok>");
    let pieces = 0;
    const timer = setInterval(() => {
      response.write(" ");
      if (++pieces < 5) return;
      clearInterval(timer);
      response.end("</Ok>");
    }, STALL_MILLISECONDS / 3);
  },
};

suite("a request to the storage", () => {
  let directory: string;
  let origin: string;
  let browser: Browser;
  let page: Page;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    response.setHeader("access-control-allow-origin", "*");
    if (path === "/page") {
      response.setHeader("content-type", "text/html");
      return void response.end("<!doctype html><title>A page</title>");
    }
    answers[path]?.(request, response);
  });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-transports-"));
    await writeFile(join(directory, "source"), content);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { outputFiles } = await build({
      entryPoints: [resolve(import.meta.dirname, "client-transport-page.ts")],
      bundle: true,
      write: false,
      format: "iife",
    });
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(`${origin}/page`);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  const transports: Record<string, (scenario: Scenario) => Promise<Outcome>> = {
    Node: async (scenario) => {
      const source = await FileSource.open(join(directory, "source"));
      return runScenario(createNodeTransport(STALL_MILLISECONDS), source, scenario);
    },
    browser: (scenario) =>
      page.evaluate(
        ({ stall, scenario }) =>
          (globalThis as unknown as PageWithScenarios).runTransportScenario(stall, scenario),
        { stall: STALL_MILLISECONDS, scenario },
      ),
  };

  for (const [name, run] of Object.entries(transports)) {
    const send = (path: string, rest: Partial<Scenario> = {}) =>
      run({ url: origin + path, method: "PUT", range: [1000, 200_000], ...rest });

    test(`from ${name}: sends exactly the range, and reports its bytes and the ETag`, async () => {
      const outcome = await send("/stored", { headers: { "x-test": "kept" } });
      assert.deepEqual(outcome, { etag: '"0"', text: "kept", sentBytes: 199_000 });
    });

    test(`from ${name}: a refusal is S3's code and status`, async () => {
      const refused = { error: "StorageError", status: 403, code: "AccessDenied" };
      assert.deepEqual(await send("/refused"), refused);
      const busy = { error: "StorageError", status: 503, code: "SlowDown" };
      assert.deepEqual(await send("/busy"), busy);
    });

    test(`from ${name}: an error document in a success is an error of the server`, async () => {
      const outcome = await send("/error-in-success", { method: "POST", range: undefined });
      assert.deepEqual(outcome, { error: "StorageError", status: 500, code: "InternalError" });
    });

    test(`from ${name}: no answer is a network error`, async () => {
      assert.deepEqual(await send("/reset"), { error: "NetworkError" });
      const outcome = await run({ url: "http://127.0.0.1:1/", method: "GET" });
      assert.deepEqual(outcome, { error: "NetworkError" });
    });

    test(`from ${name}: a connection that stalls is given up, a slow one isn't`, async () => {
      assert.deepEqual(await send("/silent", { range: undefined, method: "POST" }), {
        error: "NetworkError",
      });
      const slow = await send("/slow", { range: undefined, method: "GET" });
      assert.deepEqual(slow, { etag: null, text: "<Ok>     </Ok>", sentBytes: 0 });
    });

    test(`from ${name}: an abort ends it with its reason`, async () => {
      const outcome = await send("/silent", { abortAfterMilliseconds: 100 });
      assert.deepEqual(outcome, { error: "aborted" });
    });
  }

  test("from Node: a refusal is read although the connection closes before all is sent", async () => {
    const outcome = await transports.Node?.({
      url: `${origin}/refused-early`,
      method: "PUT",
      range: [0, content.length],
    });
    assert.deepEqual(outcome, { error: "StorageError", status: 400, code: "EntityTooLarge" });
  });

  test("from Node: a file that is gone is no network error", async () => {
    const path = join(directory, "moved");
    await writeFile(path, content);
    const source = await FileSource.open(path);
    await rm(path);
    const outcome = await runScenario(createNodeTransport(STALL_MILLISECONDS), source, {
      url: `${origin}/stored`,
      method: "PUT",
      range: [0, 100],
    });
    assert.deepEqual(outcome, { error: "SourceError" });
  });
});
