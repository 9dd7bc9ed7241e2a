import type { SignRequest } from "../api/client.ts";
import type { SignAnswer, SingleUpload } from "../api/contract.ts";
import { isTransient, StorageError } from "../api/errors.ts";
import { PATIENT, type Wait, withRetries } from "../api/retry.ts";
import {
  formatPartList,
  parseParts,
  parseUploadId,
  type StorageAnswer,
  type StorageRequest,
  sendToStorage,
} from "./storage-request.ts";

/** Enough to fill a fast line; browsers open six connections to a host over HTTP/1.1. */
const PARTS_IN_FLIGHT = 4;

export interface UploadContext {
  body: Blob;
  /** Asks the API to sign one request for this job's source. */
  sign: (request: SignRequest, signal: AbortSignal) => Promise<SignAnswer>;
  signal: AbortSignal;
  /** Bytes that S3 has or that have left the browser; falls when a part has to be sent again. */
  onSentBytes: (sentBytes: number) => void;
  /** Why nothing moves, undefined when it moves again. */
  onWait: (wait: Wait | undefined) => void;
}

/**
 * S3 says 403 to a URL whose time is over: a fresh signature is all it needs, and one that is
 * refused three times is refused for another reason. RequestTimeout is a 400 for a body that came
 * too slowly.
 */
const isWorthSigningAgain = (error: unknown, retry: number) =>
  isTransient(error) ||
  (error instanceof StorageError &&
    ((error.status === 403 && retry < 3) || error.code === "RequestTimeout"));

/** One PUT of the whole body. Throws what {@link sendToStorage} throws, after its retries. */
export async function uploadSingle(first: SingleUpload | undefined, context: UploadContext) {
  const { body, signal, onSentBytes, onWait } = context;
  let signed: SignAnswer | undefined = first;
  await withRetries(
    async () => {
      const { url, headers } = signed ?? (await context.sign({ method: "PUT" }, signal));
      signed = undefined;
      onSentBytes(0);
      await sendToStorage({
        method: "PUT",
        url,
        headers: headers ?? first?.headers,
        body,
        signal,
        onSentBytes,
      });
    },
    { policy: PATIENT, signal, onWait, isWorthRetrying: isWorthSigningAgain },
  );
  onSentBytes(body.size);
}

export interface MultipartState {
  partSizeBytes: number;
  /** Undefined before the upload exists in S3. */
  uploadId?: string | undefined;
}

/**
 * S3 multipart with {@link PARTS_IN_FLIGHT} parts at a time. Goes on from the parts that S3 has
 * when `state.uploadId` is known, and starts over where S3 knows that upload no longer.
 * `onUploadId` is told every id that a later call could go on with.
 */
export async function uploadMultipart(
  state: MultipartState,
  onUploadId: (uploadId: string) => void,
  context: UploadContext,
) {
  const { body } = context;
  const partCount = Math.ceil(body.size / state.partSizeBytes);
  const sizeOfPart = (partNumber: number) =>
    Math.min(state.partSizeBytes, body.size - (partNumber - 1) * state.partSizeBytes);

  const { uploadId, parts } = await openUpload(state.uploadId, context);
  onUploadId(uploadId);

  const etags = new Map<number, string>();
  const sentBytes = new Map<number, number>();
  for (const [partNumber, part] of parts) {
    if (partNumber > partCount || part.sizeBytes !== sizeOfPart(partNumber)) continue;
    etags.set(partNumber, part.etag);
    sentBytes.set(partNumber, part.sizeBytes);
  }
  const report = () => context.onSentBytes([...sentBytes.values()].reduce((sum, n) => sum + n, 0));
  report();

  const missing = Array.from({ length: partCount }, (_, index) => index + 1).filter(
    (partNumber) => !etags.has(partNumber),
  );
  const siblings = new AbortController();
  const partContext = { ...context, signal: AbortSignal.any([context.signal, siblings.signal]) };
  const sendParts = async () => {
    for (let partNumber = missing.shift(); partNumber !== undefined; partNumber = missing.shift()) {
      const number = partNumber;
      const start = (number - 1) * state.partSizeBytes;
      const { etag } = await sendSigned(
        { method: "PUT", uploadId, partNumber: number },
        {
          body: body.slice(start, start + sizeOfPart(number)),
          onSentBytes: (partBytes) => {
            sentBytes.set(number, partBytes);
            report();
          },
        },
        partContext,
      );
      // Without ETag in the bucket's Access-Control-Expose-Headers nothing could be completed.
      if (etag === null) throw new StorageError(502, "NoETag");
      etags.set(number, etag);
      sentBytes.set(number, sizeOfPart(number));
      report();
    }
  };
  try {
    await Promise.all(Array.from({ length: PARTS_IN_FLIGHT }, sendParts));
  } catch (error) {
    siblings.abort(error);
    throw error;
  }
  const inOrder = [...etags].sort(([a], [b]) => a - b).map(([, etag]) => etag);
  await sendSigned({ method: "POST", uploadId }, { body: formatPartList(inOrder) }, context);
}

async function openUpload(uploadId: string | undefined, context: UploadContext) {
  if (uploadId !== undefined) {
    try {
      const { text } = await sendSigned({ method: "GET", uploadId }, {}, context);
      return { uploadId, parts: parseParts(text) };
    } catch (error) {
      if (!(error instanceof StorageError) || error.status !== 404) throw error;
    }
  }
  const { text } = await sendSigned({ method: "POST" }, {}, context);
  return { uploadId: parseUploadId(text), parts: new Map<number, never>() };
}

/** Signs a request right before it is sent, so that no URL waits in a queue until it is too old. */
function sendSigned(
  request: SignRequest,
  rest: Pick<StorageRequest, "body" | "onSentBytes">,
  context: Pick<UploadContext, "sign" | "signal" | "onWait">,
): Promise<StorageAnswer> {
  const { signal, onWait } = context;
  return withRetries(
    async () => {
      const { url, headers } = await context.sign(request, signal);
      rest.onSentBytes?.(0);
      return sendToStorage({ method: request.method, url, headers, signal, ...rest });
    },
    { policy: PATIENT, signal, onWait, isWorthRetrying: isWorthSigningAgain },
  );
}
