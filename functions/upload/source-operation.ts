import type { SignRequest } from "../../contract/api.ts";

/** A request on a job's source, by the name of S3's operation. */
export type SourceOperation =
  | { name: "PutObject" }
  | { name: "CreateMultipartUpload" }
  | { name: "UploadPart"; uploadId: string; partNumber: number }
  | { name: "ListParts"; uploadId: string; partNumberMarker: number | undefined }
  | { name: "CompleteMultipartUpload"; uploadId: string }
  | { name: "AbortMultipartUpload"; uploadId: string };

/** Names the operation. In Uppy's requests, it follows from which fields are present. */
export function nameOperation(request: SignRequest): SourceOperation {
  if (!("uploadId" in request)) {
    return { name: request.method === "PUT" ? "PutObject" : "CreateMultipartUpload" };
  }
  const { uploadId } = request;
  switch (request.method) {
    case "PUT":
      return { name: "UploadPart", uploadId, partNumber: request.partNumber };
    case "GET":
      return { name: "ListParts", uploadId, partNumberMarker: request.partNumberMarker };
    case "POST":
      return { name: "CompleteMultipartUpload", uploadId };
    case "DELETE":
      return { name: "AbortMultipartUpload", uploadId };
  }
}
