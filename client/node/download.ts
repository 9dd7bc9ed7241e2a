import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ApiClient } from "../api-client.ts";
import { isWorthSigningAgain, NetworkError, StorageError } from "../errors.ts";
import { withRetries } from "../retry.ts";
import { STALL_MILLISECONDS } from "../transport.ts";

interface DownloadOptions {
  signal: AbortSignal;
  onBytes: (receivedBytes: number, sizeBytes: number) => void;
}

/**
 * Downloads a job's MP3 under another name and renames it to `path`, so a file of that name is
 * always complete.
 *
 * @throws ApiError, StorageError, NetworkError, a file system error, or the signal's reason.
 */
export async function downloadMp3(
  api: ApiClient,
  jobId: string,
  path: string,
  options: DownloadOptions,
): Promise<void> {
  const partPath = `${path}.part`;
  try {
    await withRetries(() => receive(api, jobId, partPath, options), {
      signal: options.signal,
      isWorthRetrying: isWorthSigningAgain,
    });
    await rename(partPath, path);
  } finally {
    await rm(partPath, { force: true });
  }
}

async function receive(
  api: ApiClient,
  jobId: string,
  path: string,
  { signal, onBytes }: DownloadOptions,
): Promise<void> {
  const { url, sizeBytes } = await api.readDownload(jobId, signal);
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALL_MILLISECONDS);
  let receivedBytes = 0;
  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      timer.refresh();
      receivedBytes += chunk.byteLength;
      onBytes(receivedBytes, sizeBytes);
      done(null, chunk);
    },
  });
  try {
    const response = await reach(() =>
      fetch(url, { signal: AbortSignal.any([signal, stalled.signal]) }),
    );
    if (!response.ok || !response.body) throw new StorageError(response.status, undefined);
    const body = Readable.from(response.body);
    // An error while reading is the network's fault. An error while writing isn't.
    let networkFault: unknown;
    body.once("error", (error) => {
      networkFault = error;
    });
    await pipeline(body, count, createWriteStream(path)).catch((error: unknown) => {
      if (networkFault === undefined) throw error;
      return reach(() => Promise.reject(error));
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  if (receivedBytes !== sizeBytes) {
    throw new NetworkError(`${receivedBytes} bytes arrived instead of ${sizeBytes}.`);
  }
}

async function reach<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw new NetworkError("The connection to the storage broke off.", { cause });
  }
}
