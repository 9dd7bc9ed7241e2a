import { NetworkError, SourceError } from "../errors.ts";
import { readStorageAnswer, STALL_MILLISECONDS, type Transport } from "../transport.ts";

/** Sends by XMLHttpRequest, because `fetch` reports no upload progress. */
export const createXhrTransport =
  (stallMilliseconds = STALL_MILLISECONDS): Transport =>
  (request) => {
    const { signal, body } = request;
    const payload = typeof body === "object" ? body.source.slice(body.start, body.end) : body;
    if (payload !== undefined && typeof payload !== "string" && !(payload instanceof Blob)) {
      throw new TypeError("A browser can send only blobs.");
    }
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const xhr = new XMLHttpRequest();
      let stallTimer: ReturnType<typeof setTimeout> | undefined;
      const watchForStall = () => {
        clearTimeout(stallTimer);
        stallTimer = setTimeout(() => xhr.abort(), stallMilliseconds);
      };
      const onAbort = () => xhr.abort();
      const stopWatching = () => {
        clearTimeout(stallTimer);
        signal.removeEventListener("abort", onAbort);
      };
      xhr.open(request.method, request.url);
      for (const [name, value] of Object.entries(request.headers ?? {})) {
        xhr.setRequestHeader(name, value);
      }
      xhr.upload.onprogress = ({ loaded }) => {
        watchForStall();
        request.onSentBytes?.(loaded);
      };
      xhr.onprogress = watchForStall;
      xhr.onload = () => {
        stopWatching();
        const { status, responseText: text } = xhr;
        try {
          resolve(readStorageAnswer({ status, etag: xhr.getResponseHeader("ETag"), text }));
        } catch (error) {
          reject(error);
        }
      };
      xhr.onerror = async () => {
        stopWatching();
        reject(
          (await findSourceFault(payload)) ?? new NetworkError("The storage can't be reached."),
        );
      };
      xhr.onabort = () => {
        stopWatching();
        reject(signal.aborted ? signal.reason : new NetworkError("The connection stalled."));
      };
      signal.addEventListener("abort", onAbort, { once: true });
      watchForStall();
      xhr.send(payload ?? null);
    });
  };

/**
 * A file that was moved or changed fails like the network does. Only reading it shows which of the
 * two it was.
 */
async function findSourceFault(payload: Blob | string | undefined) {
  if (!(payload instanceof Blob)) return undefined;
  try {
    await payload.slice(0, 1).arrayBuffer();
    return undefined;
  } catch (cause) {
    return new SourceError("The file can no longer be read.", { cause });
  }
}
