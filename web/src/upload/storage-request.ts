import { NetworkError, StorageError } from "../api/errors.ts";

export interface StorageRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: Blob | string;
  signal: AbortSignal;
  /** Bytes of the body that have left the browser. */
  onSentBytes?: ((sentBytes: number) => void) | undefined;
}

export interface StorageAnswer {
  etag: string | null;
  text: string;
}

/** A connection on which nothing moves for this long is given up and tried anew. */
const STALL_MS = 60_000;

/**
 * One presigned request to S3. It is an XMLHttpRequest because fetch has no upload progress.
 * Throws StorageError, NetworkError, or the signal's reason.
 */
export function sendToStorage(request: StorageRequest): Promise<StorageAnswer> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    let stallTimer: ReturnType<typeof setTimeout> | undefined;
    const watchForStall = () => {
      clearTimeout(stallTimer);
      stallTimer = setTimeout(() => xhr.abort(), STALL_MS);
    };
    const onAbort = () => xhr.abort();
    const finish = () => {
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
      finish();
      const code = /<Code>([^<]+)<\/Code>/.exec(xhr.responseText)?.[1];
      // CompleteMultipartUpload may answer 200 and still carry an error document:
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
      const isError = xhr.responseText.includes("<Error>");
      if (xhr.status >= 200 && xhr.status < 300 && !isError) {
        resolve({ etag: xhr.getResponseHeader("ETag"), text: xhr.responseText });
      } else {
        reject(new StorageError(isError && xhr.status < 300 ? 500 : xhr.status, code));
      }
    };
    xhr.onerror = async () => {
      finish();
      // A file that was moved or changed fails as if the network had: reading it tells.
      if (request.body instanceof Blob) await request.body.slice(0, 1).arrayBuffer().catch(reject);
      reject(new NetworkError("The storage can't be reached"));
    };
    xhr.onabort = () => {
      finish();
      reject(signal.aborted ? signal.reason : new NetworkError("The connection stopped moving"));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    watchForStall();
    xhr.send(request.body ?? null);
  });
}

/** The parts that an upload already has, from ListParts' first page (1,000 parts). */
export function parseParts(xml: string): Map<number, { etag: string; sizeBytes: number }> {
  const document = new DOMParser().parseFromString(xml, "application/xml");
  const parts = new Map<number, { etag: string; sizeBytes: number }>();
  for (const part of document.getElementsByTagName("Part")) {
    const read = (name: string) => part.getElementsByTagName(name)[0]?.textContent ?? "";
    parts.set(Number(read("PartNumber")), {
      etag: read("ETag"),
      sizeBytes: Number(read("Size")),
    });
  }
  return parts;
}

/** The id in CreateMultipartUpload's answer; throws StorageError where there is none. */
export function parseUploadId(xml: string): string {
  const id = new DOMParser()
    .parseFromString(xml, "application/xml")
    .getElementsByTagName("UploadId")[0]?.textContent;
  if (!id) throw new StorageError(502, "NoUploadId");
  return id;
}

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** CompleteMultipartUpload's body. `etags[i]` belongs to part i + 1. */
export function formatPartList(etags: readonly string[]): string {
  const parts = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join("")}</CompleteMultipartUpload>`;
}
