import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { SourceReader } from "../types.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Bytes of unknown length that can only be read from start to end. */
export interface StreamSource {
  stream(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Lets ffmpeg read a source and seek in it, by HTTP on this machine only. */
export interface LoopbackServer extends AsyncDisposable {
  readonly url: string;
  /** Returns an address at which only these bytes are served, as if they were the whole source. */
  sliceUrl(startByte: number, endByte: number): string;
  /** The source's first failure. ffmpeg sees only that its input ends early. */
  readonly failure: Error | undefined;
}

/**
 * Serves one source to child processes on 127.0.0.1, on a random port under an unguessable path.
 * Understands single `Range: bytes=a-[b]` requests, which is all that ffmpeg sends.
 */
export async function startLoopbackServer(
  source: SourceReader | StreamSource,
  stopwatch = new Stopwatch(),
): Promise<LoopbackServer> {
  const path = `/${randomBytes(24).toString("base64url")}`;
  const closing = new AbortController();
  let failure: Error | undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const slice = /^\?(\d+)-(\d+)$/.exec(request.url?.slice(path.length) ?? "");
    if (request.url !== path && !(slice && request.url?.startsWith(path))) {
      return void response.writeHead(404).end();
    }
    const chunksOf =
      "stream" in source
        ? answerWhole(source, response)
        : answerRange(slice ? sliceOf(source, slice) : source, request, response);
    if (!chunksOf || request.method === "HEAD") return void response.end();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    try {
      for await (const chunk of stopwatch.timeReads(chunksOf(signal))) {
        // The source may reuse the chunk's memory afterwards, so this waits until it has been sent.
        await new Promise<void>((resolve, reject) => {
          signal.addEventListener("abort", reject, { once: true });
          response.write(chunk, () => {
            signal.removeEventListener("abort", reject);
            resolve();
          });
        });
      }
      response.end();
    } catch (error) {
      if (!signal.aborted) failure ??= error as Error;
      response.destroy();
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const url = `http://127.0.0.1:${address.port}${path}`;
  return {
    url,
    sliceUrl: (startByte, endByte) => `${url}?${startByte}-${endByte}`,
    get failure() {
      return failure;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}

function sliceOf(source: SourceReader, [, start, end]: RegExpExecArray): SourceReader {
  const startByte = Number(start);
  return {
    sizeBytes: Math.min(Number(end), source.sizeBytes) - startByte,
    read: (from, to, signal) => source.read(startByte + from, startByte + to, signal),
  };
}

type ChunksOf = (signal: AbortSignal) => AsyncIterable<Uint8Array>;

/** Answers without a length and without ranges, so that ffmpeg reads to the end and doesn't seek. */
function answerWhole(source: StreamSource, response: ServerResponse): ChunksOf {
  response.writeHead(200, { "accept-ranges": "none", connection: "close" });
  return (signal) => source.stream(signal);
}

function answerRange(
  source: SourceReader,
  request: IncomingMessage,
  response: ServerResponse,
): ChunksOf | undefined {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "bytes=0-");
  const start = Number(range?.[1] ?? 0);
  const end = Math.min(source.sizeBytes, range?.[2] ? Number(range[2]) + 1 : Infinity);
  if (start >= end) {
    response.writeHead(416, { "content-range": `bytes */${source.sizeBytes}` });
    return undefined;
  }
  response.writeHead(206, {
    "content-range": `bytes ${start}-${end - 1}/${source.sizeBytes}`,
    "content-length": end - start,
    "accept-ranges": "bytes",
    connection: "close",
  });
  return (signal) => source.read(start, end, signal);
}
