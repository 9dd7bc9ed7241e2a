import type {
  SignPartsRequest,
  SignPartsResponse,
  SignRequest,
  SignResponse,
} from "../contract/api.ts";
import type { ByteSource } from "./byte-source.ts";
import { isWorthSigningAgain, NetworkError, StorageError } from "./errors.ts";
import { PartSigner } from "./part-signer.ts";
import { type Wait, withRetries } from "./retry.ts";
import { formatPartList, type PartPage, parsePartPage, parseUploadId } from "./storage-xml.ts";
import type { StorageAnswer, StorageRequest, Transport } from "./transport.ts";

/** Enough to fill a fast line; browsers open six connections to a host over HTTP/1.1. */
const PARTS_IN_FLIGHT = 4;

export interface UploadContext {
  source: ByteSource;
  transport: Transport;
  /** Asks the API to sign one request on this job's source object. */
  sign: (request: SignRequest, signal: AbortSignal) => Promise<SignResponse>;
  /** Asks it to sign several parts. */
  signParts: (request: SignPartsRequest, signal: AbortSignal) => Promise<SignPartsResponse>;
  signal: AbortSignal;
  /** Called with the bytes that S3 has or that are on their way; falls when a part is sent again. */
  onSentBytes: (sentBytes: number) => void;
  /** Called with the reason when nothing moves, and with undefined when it moves again. */
  onWait: (wait: Wait | undefined) => void;
}

/**
 * One PUT of the whole source.
 *
 * @param first the request that came with the new job, already signed.
 * @throws what {@link Transport} and the API throw, after the retries.
 */
export async function uploadSingle(
  first: Pick<SignResponse, "url" | "headers"> | undefined,
  context: UploadContext,
): Promise<void> {
  const { source, transport, signal, onSentBytes, onWait } = context;
  let signed = first;
  await withRetries(
    async () => {
      const { url, headers } = signed ?? (await context.sign({ method: "PUT" }, signal));
      signed = undefined;
      onSentBytes(0);
      const body = { source, start: 0, end: source.sizeBytes };
      await transport({ method: "PUT", url, headers, body, signal, onSentBytes });
    },
    { signal, onWait, isWorthRetrying: isWorthSigningAgain },
  );
  onSentBytes(source.sizeBytes);
}

export interface MultipartState {
  partSizeBytes: number;
  /** Undefined before the upload exists in S3. */
  uploadId?: string | undefined;
}

/**
 * S3 multipart with {@link PARTS_IN_FLIGHT} parts at a time. Continues from the parts that S3 has
 * if `state.uploadId` is known, and starts over if S3 no longer knows that upload.
 *
 * @param onUploadId called with every id that a later call could continue from.
 * @throws what {@link Transport} and the API throw, after the retries.
 */
export async function uploadMultipart(
  state: MultipartState,
  onUploadId: (uploadId: string) => void | Promise<void>,
  context: UploadContext,
): Promise<void> {
  const { source } = context;
  const partCount = Math.ceil(source.sizeBytes / state.partSizeBytes);
  const sizeOfPart = (partNumber: number) =>
    Math.min(state.partSizeBytes, source.sizeBytes - (partNumber - 1) * state.partSizeBytes);

  const { uploadId, parts } = await openUpload(state.uploadId, context);
  await onUploadId(uploadId);

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
  const signal = AbortSignal.any([context.signal, siblings.signal]);
  const signer = new PartSigner(
    (partNumbers) => context.signParts({ uploadId, partNumbers }, signal),
    missing,
  );
  const transport: Transport = (request) =>
    context.transport(request).catch((error: unknown) => {
      if (error instanceof StorageError && error.status === 403) signer.forget();
      throw error;
    });
  const sendParts = async () => {
    for (let partNumber = missing.shift(); partNumber !== undefined; partNumber = missing.shift()) {
      const number = partNumber;
      const start = (number - 1) * state.partSizeBytes;
      const { etag } = await trySigned(
        () => signer.take(number),
        {
          method: "PUT",
          body: { source, start, end: start + sizeOfPart(number) },
          onSentBytes: (partBytes) => {
            sentBytes.set(number, partBytes);
            report();
          },
        },
        { ...context, signal, transport },
      );
      // Without ETag in the bucket's Access-Control-Expose-Headers nothing could be completed.
      if (etag === undefined) throw new StorageError(502, "NoETag");
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
  await completeUpload(uploadId, formatPartList(etags), context);
}

async function openUpload(uploadId: string | undefined, context: UploadContext) {
  if (uploadId !== undefined) {
    try {
      return { uploadId, parts: await listParts(uploadId, context) };
    } catch (error) {
      if (!(error instanceof StorageError) || error.status !== 404) throw error;
    }
  }
  const { text } = await sendSigned({ method: "POST" }, {}, context);
  return { uploadId: parseUploadId(text), parts: new Map<number, never>() };
}

async function listParts(uploadId: string, context: UploadContext): Promise<PartPage["parts"]> {
  const parts: PartPage["parts"] = new Map();
  for (let partNumberMarker: number | undefined; ; ) {
    const { text } = await sendSigned(
      { method: "GET", uploadId, ...(partNumberMarker !== undefined && { partNumberMarker }) },
      {},
      context,
    );
    const page = parsePartPage(text);
    for (const [partNumber, part] of page.parts) parts.set(partNumber, part);
    // S3 never returns the same marker twice. A server that did would be asked forever.
    if (page.nextMarker === undefined || page.nextMarker <= (partNumberMarker ?? 0)) return parts;
    partNumberMarker = page.nextMarker;
  }
}

/**
 * If the answer to an attempt was lost, S3 may have completed the upload. It then no longer knows
 * the upload, because the object exists.
 */
async function completeUpload(
  uploadId: string,
  body: string,
  context: UploadContext,
): Promise<void> {
  let isAnswerLost = false;
  const transport: Transport = async (request) => {
    try {
      return await context.transport(request);
    } catch (error) {
      if (isAnswerLost && error instanceof StorageError && error.code === "NoSuchUpload") {
        return { etag: undefined, text: "" };
      }
      isAnswerLost ||= error instanceof NetworkError;
      isAnswerLost ||= error instanceof StorageError && error.status >= 500;
      throw error;
    }
  };
  await sendSigned({ method: "POST", uploadId }, { body }, { ...context, transport });
}

/** Signs a request right before it is sent, so that no URL expires while it waits. */
const sendSigned = (
  request: SignRequest,
  rest: Pick<StorageRequest, "body">,
  context: UploadContext,
): Promise<StorageAnswer> =>
  trySigned(
    () => context.sign(request, context.signal),
    { method: request.method, ...rest },
    context,
  );

/** Sends a request with another signature for each try. */
function trySigned(
  sign: () => Promise<Pick<SignResponse, "url" | "headers">>,
  request: Pick<StorageRequest, "method" | "body" | "onSentBytes">,
  { signal, onWait, transport }: Pick<UploadContext, "signal" | "onWait" | "transport">,
): Promise<StorageAnswer> {
  return withRetries(
    async () => {
      const { url, headers } = await sign();
      request.onSentBytes?.(0);
      return transport({ url, headers, signal, ...request });
    },
    { signal, onWait, isWorthRetrying: isWorthSigningAgain },
  );
}
