import { shortenText } from "../../../contract/text.ts";
import type { ApiClient } from "../api/client.ts";
import type { ConversionOptions, SingleUpload } from "../api/contract.ts";
import { ApiError } from "../api/errors.ts";
import { PATIENT, type Wait, withRetries } from "../api/retry.ts";
import { type Speed, SpeedMeter } from "../upload/speed.ts";
import { type UploadContext, uploadMultipart, uploadSingle } from "../upload/upload.ts";
import type { JobRecord } from "./records.ts";

/** What is sent: the file, or its soundtrack. */
export interface Body {
  blob: Blob;
  contentType: string;
}

export interface Sending {
  kind: "uploading";
  sentBytes: number;
  totalBytes: number;
  speed: Speed;
  wait?: Wait;
}

interface Hooks {
  signal: AbortSignal;
  /** Told what a later visit needs to go on; undefined when a job turned out to be gone. */
  remember: (job: JobRecord | undefined) => void;
  show: (sending: Sending) => void;
}

/** The API's limit on names. */
const MAX_NAME_LENGTH = 255;
const SHOW_EVERY_MS = 120;

/**
 * Brings `body` to S3 under the job in `known`, or under a new one, from where an earlier try
 * stopped. Throws ApiError, StorageError, NetworkError, or the signal's reason.
 */
export async function sendBody(
  api: ApiClient,
  upload: {
    fileName: string;
    options: ConversionOptions;
    body: Body;
    known: JobRecord | undefined;
  },
  hooks: Hooks,
): Promise<void> {
  const opened = await openJob(api, upload, hooks);
  if (opened === "already-sent") return;
  const { job, single } = opened;
  const context = createContext(api, job.jobId, upload.body.blob, hooks);
  try {
    if (job.multipart === undefined) await uploadSingle(single, context);
    else {
      const { partSizeBytes } = job.multipart;
      const remember = (uploadId: string) =>
        hooks.remember({ ...job, multipart: { partSizeBytes, uploadId } });
      await uploadMultipart(job.multipart, remember, context);
    }
  } catch (error) {
    // The answer to the last request was lost, not the request.
    if (error instanceof ApiError && error.code === "already-uploaded") return;
    throw error;
  }
}

/** Makes the job, or looks up how far the one from before a refresh has come. */
async function openJob(
  api: ApiClient,
  { fileName, options, body, known }: Parameters<typeof sendBody>[1],
  { signal, remember }: Hooks,
): Promise<{ job: JobRecord; single: SingleUpload | undefined } | "already-sent"> {
  if (known !== undefined) {
    const state = await readState(api, known.jobId, signal);
    if (state === "awaiting-upload") return { job: known, single: undefined };
    if (state !== "deleted") return "already-sent";
    remember(undefined);
  }
  const { jobId, upload } = await withRetries(
    () =>
      api.createUpload(
        {
          fileName: shortenName(fileName),
          sizeBytes: body.blob.size,
          contentType: body.contentType,
          options,
        },
        signal,
      ),
    { policy: PATIENT, signal },
  );
  const job: JobRecord =
    upload.kind === "single"
      ? { jobId }
      : { jobId, multipart: { partSizeBytes: upload.partSizeBytes } };
  remember(job);
  return { job, single: upload.kind === "single" ? upload : undefined };
}

async function readState(api: ApiClient, jobId: string, signal: AbortSignal) {
  try {
    const { state } = await withRetries(() => api.readJob(jobId, signal), {
      policy: PATIENT,
      signal,
    });
    return state;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return "deleted";
    throw error;
  }
}

/** Turns what the upload reports into what is shown, some times a second. */
function createContext(
  api: ApiClient,
  jobId: string,
  body: Blob,
  { signal, show }: Hooks,
): UploadContext {
  const meter = new SpeedMeter();
  let sending: Sending = {
    kind: "uploading",
    sentBytes: 0,
    totalBytes: body.size,
    speed: { bytesPerSecond: 0, secondsLeft: undefined },
  };
  let shownAtMs = 0;
  show(sending);
  return {
    body,
    signal,
    sign: (request, abort) => api.sign(jobId, request, abort),
    onSentBytes: (sentBytes) => {
      const nowMs = performance.now();
      if (nowMs - shownAtMs < SHOW_EVERY_MS && sentBytes < body.size) return;
      shownAtMs = nowMs;
      const { kind, totalBytes } = sending;
      const speed = meter.measure(sentBytes, totalBytes, nowMs);
      sending = { kind, sentBytes, totalBytes, speed };
      show(sending);
    },
    onWait: (wait) => {
      const { kind, sentBytes, totalBytes, speed } = sending;
      sending = { kind, sentBytes, totalBytes, speed, ...(wait !== undefined && { wait }) };
      show(sending);
    },
  };
}

/** Keeps the ending, which names the kind of file. */
function shortenName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const ending = /\.\w{1,10}$/.exec(name)?.[0] ?? "";
  const rest = MAX_NAME_LENGTH - ending.length;
  return shortenText(name, { maxGraphemes: rest, maxBytes: rest }) + ending;
}
