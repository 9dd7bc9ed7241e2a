import { SignRequest, UploadRequest, type UploadResponse } from "../../contract/api.ts";
import { JobId } from "../../contract/job.ts";
import { jobNotFound, Refusal } from "../core/errors.ts";
import { createHttpHandler, parseBody } from "../core/http.ts";
import { createJobId, type Job, sourceKey } from "../core/job.ts";
import type { JobStore } from "../core/job-store.ts";
import { authenticate, type Tokens } from "../core/tokens.ts";
import type { PresignSource } from "./source-presigner.ts";

/** Above this a failed transfer costs too much to begin again: such files go up in parts. */
const SINGLE_UPLOAD_MAX_BYTES = 100_000_000;

const MEBIBYTE = 1024 * 1024;
const MIN_PART_BYTES = 8 * MEBIBYTE;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  presignSource: PresignSource;
  maxSourceBytes: number;
}

/** POST /upload makes a job; POST /upload/{jobId}/sign signs the S3 requests that carry its bytes. */
export const createHandler = ({ jobs, tokens, presignSource, maxSourceBytes }: Deps) =>
  createHttpHandler({
    "POST /upload": async (request) => {
      const { sub, email } = await authenticate(tokens, request);
      const upload = parseBody(UploadRequest, request);
      if (upload.sizeBytes > maxSourceBytes) {
        throw new Refusal(
          "too-large",
          "too-large",
          `The file has ${upload.sizeBytes} bytes; the most that can be uploaded is ${maxSourceBytes}.`,
        );
      }
      const now = new Date().toISOString();
      const job: Job = {
        ...upload,
        jobId: createJobId(),
        owner: sub,
        ownerEmail: email,
        state: "awaiting-upload",
        createdAt: now,
        updatedAt: now,
      };
      await jobs.create(job);
      const body: UploadResponse = {
        jobId: job.jobId,
        upload: await startUpload(job, presignSource),
      };
      return { status: 201, body };
    },

    "POST /upload/{jobId}/sign": async (request) => {
      const { sub } = await authenticate(tokens, request);
      const jobId = JobId.safeParse(request.pathParameters.jobId);
      const signRequest = parseBody(SignRequest, request);
      const job = jobId.success ? await jobs.get(sub, jobId.data) : undefined;
      if (!job) throw jobNotFound();
      if (job.state !== "awaiting-upload") {
        throw new Refusal(
          "conflict",
          "already-uploaded",
          "The file of this job is already uploaded. Make a new job for another file.",
        );
      }
      return { status: 200, body: await presignSource(job, signRequest) };
    },
  });

async function startUpload(
  job: Job,
  presignSource: PresignSource,
): Promise<UploadResponse["upload"]> {
  if (job.sizeBytes <= SINGLE_UPLOAD_MAX_BYTES) {
    return { kind: "single", method: "PUT", ...(await presignSource(job, { method: "PUT" })) };
  }
  const smallestPart = Math.ceil(job.sizeBytes / MAX_PARTS / MEBIBYTE) * MEBIBYTE;
  return {
    kind: "multipart",
    key: sourceKey(job.owner, job.jobId),
    partSizeBytes: Math.max(MIN_PART_BYTES, smallestPart),
  };
}
