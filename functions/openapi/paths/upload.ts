import type { ZodOpenApiPathsObject } from "zod-openapi";
import {
  SignPartsRequest,
  SignPartsResponse,
  SignRequest,
  SignResponse,
  UploadRequest,
  UploadResponse,
} from "../../../contract/api.ts";
import {
  ANYWHERE,
  answer,
  INVALID,
  jobPath,
  json,
  NEXT,
  NO_SUCH_JOB,
  refusal,
  session,
  UNAUTHORIZED,
} from "../answers.ts";

export const describeUploads = (maxSourceBytes: number) =>
  ({
    "/upload": {
      post: {
        operationId: "createUpload",
        tags: ["Upload"],
        summary: "Create a job",
        description: `Says where to send the file's bytes: ${maxSourceBytes} at most.`,
        security: session,
        requestBody: { required: true, content: json(UploadRequest) },
        responses: {
          201: { ...answer("The job and its upload", UploadResponse), links: NEXT },
          ...INVALID,
          ...UNAUTHORIZED,
          ...ANYWHERE,
          413: refusal(`The file has more than ${maxSourceBytes} bytes`),
        },
      },
    },
    "/upload/{jobId}/sign": {
      post: {
        operationId: "signUploadRequest",
        tags: ["Upload"],
        summary: "Sign an S3 request that carries the job's file",
        description:
          "Each part's length is signed: `partSizeBytes`, and the rest for the last part.",
        security: session,
        requestParams: { path: jobPath },
        requestBody: { required: true, content: json(SignRequest) },
        responses: {
          200: answer("The presigned URL", SignResponse),
          ...INVALID,
          ...UNAUTHORIZED,
          ...NO_SUCH_JOB,
          409: refusal("The file is already uploaded"),
          ...ANYWHERE,
        },
      },
    },
    "/upload/{jobId}/sign-parts": {
      post: {
        operationId: "signUploadParts",
        tags: ["Upload"],
        summary: "Sign the requests of several parts",
        description:
          "As `/upload/{jobId}/sign` does for one part. Sign those that are sent within the next hour.",
        security: session,
        requestParams: { path: jobPath },
        requestBody: { required: true, content: json(SignPartsRequest) },
        responses: {
          200: answer("A presigned URL for each part", SignPartsResponse),
          ...INVALID,
          ...UNAUTHORIZED,
          ...NO_SUCH_JOB,
          409: refusal("The file is already uploaded"),
          ...ANYWHERE,
        },
      },
    },
  }) satisfies ZodOpenApiPathsObject;
