import { randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Mp3Sink } from "../../engine/types.ts";
import { isMissing } from "../runtime/s3-errors.ts";
import { createUnfinishedDiscarder, type DiscardUnfinished } from "./unfinished-uploads.ts";

export interface Results {
  createSink(key: string): Mp3Sink;
  /** Deletes the MP3, if there is one, and the remains of unfinished ones. */
  delete(key: string): Promise<void>;
  /** Deletes the unfinished MP3s that dead workers and lost answers left. */
  discardUnfinished: DiscardUnfinished;
}

/** Which upload an object came from. */
const UPLOAD_MARK = "tapedeck-upload";

/** S3's minimum size of every part but the last. */
const PART_BYTES = 5 * 1024 * 1024;

/**
 * Writes MP3s to S3. An MP3's head comes first but is known last. So the frames of the first part
 * are held back until the head is known, and part 1 is uploaded at the end. S3 orders parts by
 * number, not by arrival. At most two parts are in memory.
 */
export function createS3Results(s3: S3Client, bucket: string): Results {
  const discardUnfinished = createUnfinishedDiscarder(s3, bucket);
  return {
    createSink(key) {
      const target = { Bucket: bucket, Key: key };
      const mark = randomUUID();
      const created = { ...target, ContentType: "audio/mpeg", Metadata: { [UPLOAD_MARK]: mark } };
      let parts: { PartNumber: number; ETag: string | undefined }[] = [];
      let uploadId: string | undefined;
      let firstFrames: Uint8Array | undefined;
      let pending: Uint8Array[] = [];
      let pendingBytes = 0;

      function takePending(): Uint8Array {
        const bytes = Buffer.concat(pending, pendingBytes);
        pending = [];
        pendingBytes = 0;
        return bytes;
      }

      async function uploadPart(partNumber: number, body: Uint8Array): Promise<void> {
        if (!uploadId) {
          const { UploadId } = await s3.send(new CreateMultipartUploadCommand(created));
          if (!UploadId) throw new Error("S3 began a multipart upload without an id.");
          uploadId = UploadId;
        }
        const { ETag } = await s3.send(
          new UploadPartCommand({
            ...target,
            UploadId: uploadId,
            PartNumber: partNumber,
            Body: body,
          }),
        );
        parts.push({ PartNumber: partNumber, ETag });
      }

      async function complete(): Promise<void> {
        try {
          await s3.send(
            new CompleteMultipartUploadCommand({
              ...target,
              UploadId: uploadId,
              MultipartUpload: { Parts: parts.sort((a, b) => a.PartNumber - b.PartNumber) },
            }),
          );
        } catch (error) {
          // If an answer is lost the SDK repeats the request, and then the upload no longer exists.
          if (!isMissing(error) || !(await isStored())) throw error;
        }
        uploadId = undefined;
      }

      async function isStored(): Promise<boolean> {
        try {
          const { Metadata = {} } = await s3.send(new HeadObjectCommand(target));
          return Metadata[UPLOAD_MARK] === mark;
        } catch (error) {
          if (isMissing(error)) return false;
          throw error;
        }
      }

      return {
        async write(frames) {
          pending.push(frames);
          pendingBytes += frames.byteLength;
          if (pendingBytes < PART_BYTES) return;
          if (firstFrames) await uploadPart(parts.length + 2, takePending());
          else firstFrames = takePending();
        },

        async finish(head) {
          if (!uploadId) {
            const body = Buffer.concat([head, firstFrames ?? new Uint8Array(), takePending()]);
            await s3.send(new PutObjectCommand({ ...created, Body: body }));
            return;
          }
          const lastPart = pendingBytes > 0 && uploadPart(parts.length + 2, takePending());
          await Promise.all([
            lastPart,
            uploadPart(1, Buffer.concat([head, firstFrames ?? new Uint8Array()])),
          ]);
          await complete();
        },

        async abort() {
          pending = [];
          pendingBytes = 0;
          firstFrames = undefined;
          parts = [];
          if (!uploadId) return;
          try {
            await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId: uploadId }));
          } catch (error) {
            if (!isMissing(error)) throw error;
          }
          uploadId = undefined;
        },
      };
    },

    async delete(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      await discardUnfinished(key);
    },
    discardUnfinished,
  };
}
