import {
  SignPartsRequest,
  type SignPartsResponse,
  SignRequest,
  UploadRequest,
  type UploadResponse,
} from "../../contract/api.ts";
import { JobId, type OwnerId } from "../../contract/job.ts";
import { createJobId } from "../../contract/job-id.ts";
import { jobNotFound, Refusal } from "../runtime/errors.ts";
import { createHttpHandler, type HttpRequest, parseBody } from "../runtime/http.ts";
import { annotateJob, logger } from "../runtime/observability.ts";
import { authenticate } from "../runtime/tokens.ts";
import { type Job, sourceKey } from "../storage/job.ts";
import { reserveJob } from "../storage/usage.ts";
import { type AgainDeps, createAgainRoutes } from "./convert-again.ts";
import { choosePartSize, SINGLE_UPLOAD_MAX_BYTES } from "./part-size.ts";
import { nameOperation } from "./source-operation.ts";
import type { PresignSource } from "./source-presigner.ts";

interface Deps extends AgainDeps {
  presignSource: PresignSource;
  maxSourceBytes: number;
}

/**
 * POST /upload creates a job. POST /upload/{jobId}/sign and sign-parts sign the S3 requests that
 * carry its bytes.
 */
export const createHandler = (deps: Deps) => {
  const { jobs, tokens, presignSource, covers, usage, limits, maxSourceBytes } = deps;

  async function findWaiting(request: HttpRequest, owner: OwnerId): Promise<Job> {
    const jobId = JobId.safeParse(request.pathParameters.jobId);
    const job = jobId.success ? await jobs.get(owner, jobId.data) : undefined;
    if (!job) throw jobNotFound();
    // A job that converts another's source again has nothing to upload.
    if (job.state === "awaiting-upload" && !job.sourceOf) return job;
    throw new Refusal(
      "conflict",
      "already-uploaded",
      "This job's file has already been uploaded. Create a new job for another file.",
    );
  }

  return createHttpHandler({
    ...createAgainRoutes(deps),
    "POST /upload": async (request) => {
      const { sub, email } = await authenticate(tokens, request);
      const { cover, ...upload } = parseBody(UploadRequest, request);
      if (upload.sizeBytes > maxSourceBytes) {
        throw new Refusal(
          "too-large",
          "too-large",
          `The file has ${upload.sizeBytes} bytes; the limit is ${maxSourceBytes}.`,
        );
      }
      const now = new Date().toISOString();
      const job: Job = {
        ...upload,
        ...(cover && { hasCover: true }),
        jobId: createJobId(),
        owner: sub,
        ownerEmail: email,
        partSizeBytes: choosePartSize(upload.sizeBytes),
        state: "awaiting-upload",
        createdAt: now,
        updatedAt: now,
      };
      const getJob = (jobId: JobId) => jobs.get(sub, jobId);
      await reserveJob({ usage, getJob }, job, limits);
      // The cover comes before the record, which says that it exists.
      if (cover) await covers.put(job, Buffer.from(cover, "base64"));
      await jobs.create(job);
      const { jobId, sizeBytes } = job;
      annotateJob(jobId);
      logger.info("job created", { jobId, sizeBytes });
      const body: UploadResponse = {
        jobId: job.jobId,
        upload: await startUpload(job, presignSource),
      };
      return { status: 201, body };
    },

    "POST /upload/{jobId}/sign": async (request) => {
      const { sub } = await authenticate(tokens, request);
      const signRequest = parseBody(SignRequest, request);
      const job = await findWaiting(request, sub);
      requireOwnKey(job, signRequest);
      const operation = nameOperation(signRequest);
      if (operation.name === "UploadPart") requirePart(job, operation.partNumber, "partNumber");
      return { status: 200, body: await presignSource(job, operation, signRequest.expiresIn) };
    },

    "POST /upload/{jobId}/sign-parts": async (request) => {
      const { sub } = await authenticate(tokens, request);
      const { uploadId, partNumbers, expiresIn } = parseBody(SignPartsRequest, request);
      const job = await findWaiting(request, sub);
      for (const [index, partNumber] of partNumbers.entries()) {
        requirePart(job, partNumber, `partNumbers.${index}`);
      }
      const parts = partNumbers.map(async (partNumber) => {
        const operation = { name: "UploadPart", uploadId, partNumber } as const;
        return { partNumber, ...(await presignSource(job, operation, expiresIn)) };
      });
      const body: SignPartsResponse = { parts: await Promise.all(parts) };
      return { status: 200, body };
    },
  });
};

async function startUpload(
  job: Job,
  presignSource: PresignSource,
): Promise<UploadResponse["upload"]> {
  if (job.sizeBytes <= SINGLE_UPLOAD_MAX_BYTES) {
    return {
      kind: "single",
      method: "PUT",
      ...(await presignSource(job, { name: "PutObject" })),
    };
  }
  return {
    kind: "multipart",
    key: sourceKey(job.owner, job.jobId),
    partSizeBytes: job.partSizeBytes ?? choosePartSize(job.sizeBytes),
  };
}

/** @throws Refusal `invalid` for a part that begins after the end of the file. */
function requirePart(job: Job, partNumber: number, path: string): void {
  const { sizeBytes, partSizeBytes } = job;
  const last = partSizeBytes === undefined ? undefined : Math.ceil(sizeBytes / partSizeBytes);
  if (last === undefined || partNumber <= last) return;
  const message = `must be ${last} at most: the file has ${sizeBytes} bytes, in parts of ${partSizeBytes}`;
  throw new Refusal("invalid", "invalid-request", `${path}: ${message}.`, {
    faults: [{ path, message }],
  });
}

/** Uppy starts with a key of its own, and then uses the one in the answer. */
function requireOwnKey(job: Job, request: SignRequest): void {
  const key = sourceKey(job.owner, job.jobId);
  if (!("uploadId" in request) || request.key === undefined || request.key === key) return;
  const message = `must be ${key}, the key in the answer that started the upload`;
  throw new Refusal("invalid", "invalid-request", `key: ${message}.`, {
    faults: [{ path: "key", message }],
  });
}
