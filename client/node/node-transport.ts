import { type ClientRequest, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { NetworkError, SourceError, StorageError } from "../errors.ts";
import {
  readStorageAnswer,
  STALL_MILLISECONDS,
  type StorageAnswer,
  type StorageRequest,
  type Transport,
} from "../transport.ts";

/**
 * Sends with Node's own client. `fetch` won't do: it sends a stream without the Content-Length that
 * the signature needs, and reports no progress.
 */
export const createNodeTransport =
  (stallMilliseconds = STALL_MILLISECONDS): Transport =>
  async (request) => {
    const { signal } = request;
    signal.throwIfAborted();
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), stallMilliseconds);
    try {
      return await exchange(request, AbortSignal.any([signal, stalled.signal]), () =>
        timer.refresh(),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (stalled.signal.aborted) throw new NetworkError("The connection stalled.");
      if (error instanceof StorageError || error instanceof SourceError) throw error;
      throw new NetworkError("The storage can't be reached.", { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

async function exchange(
  { method, url, headers, body, onSentBytes }: StorageRequest,
  signal: AbortSignal,
  onMove: () => void,
): Promise<StorageAnswer> {
  const range = typeof body === "object" ? body : undefined;
  const sizeBytes = range ? range.end - range.start : Buffer.byteLength(String(body ?? ""));
  const send = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
  const outgoing = send(url, {
    method,
    headers: {
      ...headers,
      ...((body !== undefined || method !== "GET") && { "content-length": sizeBytes }),
    },
    signal,
  });
  const answered = readAnswer(outgoing, onMove);
  if (!range) {
    outgoing.end(body);
    return answered;
  }
  let sentBytes = 0;
  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sentBytes += chunk.byteLength;
      onMove();
      onSentBytes?.(sentBytes);
      done(null, chunk);
    },
  });
  const bytes = range.source.slice(range.start, range.end);
  const stream = bytes instanceof Blob ? bytes.stream() : bytes;
  // A refusal may close the connection while bytes are still being sent; the answer says why.
  const [answer, sending] = await Promise.allSettled([answered, pipeline(stream, count, outgoing)]);
  if (sending.status === "rejected" && sending.reason instanceof SourceError) throw sending.reason;
  if (answer.status === "rejected") throw answer.reason;
  return answer.value;
}

function readAnswer(outgoing: ClientRequest, onMove: () => void): Promise<StorageAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.once("error", reject).once("response", async (response) => {
      response.on("data", onMove);
      try {
        const { statusCode = 0, headers } = response;
        resolve(
          readStorageAnswer({ status: statusCode, etag: headers.etag, text: await text(response) }),
        );
      } catch (error) {
        reject(error);
      }
    });
  });
}
