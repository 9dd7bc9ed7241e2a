import { createReadStream } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { UploadResponse } from "../contract/api.ts";
import type { ApiClient } from "./api-client.ts";
import { forgetUpload, rememberUpload } from "./unfinished-uploads.ts";

/** A file that is uploaded as a job's source. */
export interface Upload {
  client: ApiClient;
  jobId: string;
  file: { path: string; sizeBytes: number };
  /** Under this name an interrupted multipart upload is found again. */
  resumeKey: string;
  onProgress: (sentBytes: number) => void;
  signal: AbortSignal;
}

const PARTS_IN_FLIGHT = 4;
const ATTEMPTS = 5;

/** S3 answered an upload with an error status. */
class StorageError extends Error {
  override name = "StorageError";
  readonly status: number;
  constructor(status: number, body: string) {
    super(
      `S3 answered HTTP ${status}: ${/<Message>([^<]*)/.exec(body)?.[1] ?? body.slice(0, 200)}`,
    );
    this.status = status;
  }
}

/** Sends the whole file with one presigned PUT. */
export async function uploadWhole(
  upload: Upload,
  plan: Extract<UploadResponse["upload"], { kind: "single" }>,
): Promise<void> {
  const { client, jobId, file, signal } = upload;
  let target: { url: string; headers: Record<string, string> } = plan;
  await withRetries(signal, async (attempt) => {
    if (attempt > 1) target = await client.signUpload(jobId, { method: "PUT" }, signal);
    await putRange(upload, target, 0, file.sizeBytes, upload.onProgress);
  });
}

/** Sends the file in parts, several at a time; parts that S3 already has are not sent again. */
export async function uploadParts(
  upload: Upload,
  partSizeBytes: number,
  resumedUploadId?: string,
): Promise<void> {
  const { client, jobId, file, signal } = upload;
  const uploadId = resumedUploadId ?? (await createMultipart(upload));
  await rememberUpload(upload.resumeKey, { jobId, uploadId, partSizeBytes });

  const etags = resumedUploadId ? await listParts(upload, uploadId) : new Map<number, string>();
  const partCount = Math.ceil(file.sizeBytes / partSizeBytes);
  const sent = new Map<number, number>();
  const range = (part: number): [start: number, end: number] => [
    (part - 1) * partSizeBytes,
    Math.min(part * partSizeBytes, file.sizeBytes),
  ];
  const noteSent = (part: number, bytes: number) => {
    sent.set(part, bytes);
    upload.onProgress([...sent.values()].reduce((sum, value) => sum + value, 0));
  };
  for (const part of etags.keys()) noteSent(part, range(part)[1] - range(part)[0]);

  const missing = Array.from({ length: partCount }, (_, index) => index + 1)
    .filter((part) => !etags.has(part))
    .values();
  const failed = new AbortController();
  const sendParts = async () => {
    for (const partNumber of missing) {
      const partSignal = AbortSignal.any([signal, failed.signal]);
      const etag = await withRetries(partSignal, async () => {
        const target = await client.signUpload(
          jobId,
          { method: "PUT", uploadId, partNumber },
          partSignal,
        );
        const headers = await putRange(
          { ...upload, signal: partSignal },
          target,
          ...range(partNumber),
          (bytes) => noteSent(partNumber, bytes),
        );
        return headers.etag ?? "";
      }).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      });
      etags.set(partNumber, etag);
    }
  };
  await Promise.all(Array.from({ length: PARTS_IN_FLIGHT }, sendParts));
  await completeMultipart(upload, uploadId, etags);
  await forgetUpload(upload.resumeKey);
}

async function createMultipart({ client, jobId, signal }: Upload): Promise<string> {
  const body = await withRetries(signal, async () => {
    const { url, headers } = await client.signUpload(jobId, { method: "POST" }, signal);
    return fetchText(url, { method: "POST", headers, signal });
  });
  const uploadId = /<UploadId>([^<]+)/.exec(body)?.[1];
  if (!uploadId) throw new Error("S3 gave no upload id.");
  return uploadId;
}

/** The parts that S3 has, with their entity tags. */
async function listParts(upload: Upload, uploadId: string): Promise<Map<number, string>> {
  const { client, jobId, signal } = upload;
  const body = await withRetries(signal, async () => {
    const { url, headers } = await client.signUpload(jobId, { method: "GET", uploadId }, signal);
    return fetchText(url, { headers, signal });
  });
  const parts = body.matchAll(/<Part>(.*?)<\/Part>/gs).map(([, part = ""]) => {
    const number = Number(/<PartNumber>(\d+)/.exec(part)?.[1]);
    const etag = /<ETag>([^<]+)/.exec(part)?.[1] ?? "";
    return [number, etag.replaceAll("&quot;", '"')] as const;
  });
  return new Map(parts);
}

/**
 * S3 may answer 200 and put an error into the body.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
async function completeMultipart(
  { client, jobId, signal }: Upload,
  uploadId: string,
  etags: ReadonlyMap<number, string>,
): Promise<void> {
  const parts = [...etags]
    .sort(([a], [b]) => a - b)
    .map(
      ([number, etag]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', "&quot;")}</ETag></Part>`,
    );
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join("")}</CompleteMultipartUpload>`;
  await withRetries(signal, async () => {
    const { url, headers } = await client.signUpload(jobId, { method: "POST", uploadId }, signal);
    const answer = await fetchText(url, { method: "POST", headers, body, signal });
    if (answer.includes("<Error>")) throw new StorageError(500, answer);
  });
}

async function fetchText(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new StorageError(response.status, text);
  return text;
}

/**
 * Streams a range of the file from the disk to a presigned URL. `fetch` won't do: it sends a
 * stream without the Content-Length that the signature asks for, and tells no progress.
 */
async function putRange(
  { file, signal }: Upload,
  target: { url: string; headers: Record<string, string> },
  startByte: number,
  endByte: number,
  onSent: (bytes: number) => void,
): Promise<NodeJS.Dict<string>> {
  const url = new URL(target.url);
  const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
    method: "PUT",
    headers: { ...target.headers, "content-length": endByte - startByte },
    signal,
  });
  const answered = new Promise<NodeJS.Dict<string>>((resolve, reject) => {
    request.once("error", reject).once("response", async (response) => {
      const body = await Array.fromAsync(response).catch(reject);
      if (response.statusCode === 200) resolve({ etag: response.headers.etag });
      else reject(new StorageError(response.statusCode ?? 0, Buffer.concat(body ?? []).toString()));
    });
  });
  let sentBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sentBytes += chunk.length;
      onSent(sentBytes);
      done(null, chunk);
    },
  });
  onSent(0);
  const source = createReadStream(file.path, { start: startByte, end: endByte - 1 });
  // A refusal may close the connection while bytes are still being sent; the answer says why.
  const [answer, sending] = await Promise.allSettled([answered, pipeline(source, count, request)]);
  if (answer.status === "rejected") throw answer.reason;
  if (sending.status === "rejected") throw sending.reason;
  return answer.value;
}

/** Tries again after what may pass: a broken connection, an expired URL, a throttle, a server error. */
async function withRetries<T>(
  signal: AbortSignal,
  send: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(attempt);
    } catch (error) {
      signal.throwIfAborted();
      const isFinal = error instanceof StorageError && [400, 404, 411, 413].includes(error.status);
      if (isFinal || attempt === ATTEMPTS) throw error;
      await sleep(500 * 2 ** attempt, undefined, { signal });
    }
  }
}
