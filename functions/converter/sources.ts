import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { isMissing } from "../core/s3-errors.ts";
import type { SourceReader } from "./engine/types.ts";

export interface Sources {
  /** @returns undefined if there is no such object (any more). */
  open(key: string): Promise<SourceReader | undefined>;
  /** Lets the bucket's lifecycle rule for finished sources take it. */
  markFinished(key: string): Promise<void>;
}

const Body = z.custom<AsyncIterable<Uint8Array>>(
  (body) => typeof body === "object" && body !== null && Symbol.asyncIterator in body,
);

export const createS3Sources = (s3: S3Client, bucket: string): Sources => ({
  async open(key) {
    try {
      const target = { Bucket: bucket, Key: key };
      const { ContentLength = 0, ETag } = await s3.send(new HeadObjectCommand(target));
      return {
        sizeBytes: ContentLength,
        async *read(startByte, endByte, abortSignal) {
          const object = await s3.send(
            new GetObjectCommand({
              ...target,
              Range: `bytes=${startByte}-${endByte - 1}`,
              // One version from the first byte to the last, even if the client uploads again.
              ...(ETag ? { IfMatch: ETag } : {}),
            }),
            { abortSignal },
          );
          yield* Body.parse(object.Body);
        },
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  async markFinished(key) {
    try {
      await s3.send(
        new PutObjectTaggingCommand({
          Bucket: bucket,
          Key: key,
          Tagging: { TagSet: [{ Key: "tapedeck-job", Value: "finished" }] },
        }),
      );
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
});
