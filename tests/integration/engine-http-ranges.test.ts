import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { setDefaultCACertificates } from "node:tls";
import { promisify } from "node:util";
import { createRangeRead } from "../../engine/reading/http-ranges.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";
import { findPython, prepareEmulatorPython } from "../../localstack/python.ts";

const OBJECT = randomBytes(20_000_000);
const { signal } = new AbortController();

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

function findBody(request: IncomingMessage): Buffer {
  const [start = 0, end = 0] = (request.headers.range ?? "").match(/\d+/g)?.map(Number) ?? [];
  return OBJECT.subarray(start, end + 1);
}

/** Answers as S3 does. */
const answer: Answer = (request, response) => {
  const body = findBody(request);
  response.writeHead(206, { "content-length": body.length });
  response.end(body);
};

/** Runs `use` with a server's address; counts its connections. */
async function serve(
  respond: Answer,
  use: (address: string, count: () => number, countOpen: () => Promise<number>) => Promise<void>,
  tls?: { key: string; cert: string },
) {
  const server = tls ? createSecureServer(tls, respond) : createServer(respond);
  let connections = 0;
  server.on(tls ? "secureConnection" : "connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  try {
    const host = tls ? "https://localhost" : "http://127.0.0.1";
    await use(
      `${host}:${address.port}/object?signature=1`,
      () => connections,
      () => promisify(server.getConnections.bind(server))(),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Uint8Array[] = [];
  for await (const chunk of chunks) copies.push(Uint8Array.from(chunk));
  return Buffer.concat(copies);
}

async function readSlowly(address: string): Promise<void> {
  let at = 0;
  for await (const chunk of createRangeRead(address, {}, 1000)(0, 8_000_000, signal)) {
    await (at === 0 ? delay(1500) : delay(1));
    assert.ok(OBJECT.subarray(at, at + chunk.length).equals(chunk), `at ${at}`);
    at += chunk.length;
  }
  assert.equal(at, 8_000_000);
}

suite("ranges of an object behind HTTP", () => {
  test("are read one after another over one connection", () =>
    serve(answer, async (address, count) => {
      const read = createRangeRead(address);
      for (const [start, end] of [
        [0, 1],
        [5, 9_000_005],
        [19_999_999, 20_000_000],
      ] as const) {
        assert.ok((await readAll(read(start, end, signal))).equals(OBJECT.subarray(start, end)));
      }
      assert.equal(count(), 1);
    }));

  test("carry the caller's headers and the address' own query", () =>
    serve(
      (request, response) => {
        assert.equal(request.headers["if-match"], '"v1"');
        assert.equal(request.url, "/object?signature=1");
        answer(request, response);
      },
      async (address) => {
        const read = createRangeRead(address, { "if-match": '"v1"' });
        assert.equal((await readAll(read(0, 100, signal))).length, 100);
      },
    ));

  test("arrive whole and in order, several at a time, even if connections break and S3 is busy", async () => {
    let requests = 0;
    const breaking: Answer = (request, response) => {
      requests++;
      if (requests % 5 === 0) return response.writeHead(503, { "content-length": 0 }).end();
      if (requests % 4 === 0) {
        const body = findBody(request);
        response.writeHead(206, { "content-length": body.length });
        response.write(body.subarray(0, 70_000), () => response.destroy());
        return;
      }
      answer(request, response);
    };
    await serve(breaking, async (address) => {
      const reader = new RangeReader({
        sizeBytes: OBJECT.length,
        read: createRangeRead(address),
      });
      const whole = await readAll(reader.read(0, OBJECT.length, signal));
      assert.ok(whole.equals(OBJECT));
    });
  });

  test("an answer that isn't the range is an error, and so is a server that falls silent", async () => {
    await serve(
      (_, response) =>
        response.writeHead(412).end("<Error><Code>PreconditionFailed</Code></Error>"),
      (address) =>
        assert.rejects(readAll(createRangeRead(address)(0, 10, signal)), /412 PreconditionFailed/),
    );
    await serve(
      (_, response) => void response.writeHead(206, { "content-length": 10 }).write("12345"),
      (address) =>
        assert.rejects(readAll(createRangeRead(address, {}, 200)(0, 10, signal)), /silent/),
    );
  });

  test("a slow reader is no error, and gets the same bytes", () =>
    serve(answer, (address) => readSlowly(address)));

  test("connections are closed when nothing more is requested", () =>
    serve(answer, async (address, _, countOpen) => {
      const reader = new RangeReader({ sizeBytes: OBJECT.length, read: createRangeRead(address) });
      await readAll(reader.read(0, OBJECT.length, signal));
      assert.ok((await countOpen()) > 0);
      await delay(4000);
      assert.equal(await countOpen(), 0);
    }));

  test("an abort ends a read that waits", () =>
    serve(
      () => undefined,
      async (address) => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 50);
        await assert.rejects(readAll(createRangeRead(address)(0, 10, stop.signal)), /closed/);
      },
    ));

  test("TLS is checked and then read the same way", async () => {
    // The emulator's Python can create a certificate.
    const python = await prepareEmulatorPython(await findPython(), () => undefined);
    const script = join(import.meta.dirname, "../media/make_certificate.py");
    const { stdout: pem } = await promisify(execFile)(python, [script]);
    const tls = { key: pem, cert: pem.slice(pem.indexOf("-----BEGIN CERT")) };
    await serve(
      answer,
      async (address, count) => {
        const read = createRangeRead(address);
        await assert.rejects(readAll(read(0, 10, signal)), /self-signed/);
        setDefaultCACertificates([tls.cert]);
        for (let round = 0; round < 3; round++) {
          const bytes = await readAll(read(3, 12_000_000, signal));
          assert.ok(bytes.equals(OBJECT.subarray(3, 12_000_000)));
        }
        assert.equal(count(), 1);
        await readSlowly(address);
      },
      tls,
    );
  });
});
