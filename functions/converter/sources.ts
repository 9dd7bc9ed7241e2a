import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { createRangeRead } from "../../engine/reading/http-ranges.ts";
import type { SourceReader } from "../../engine/types.ts";
import { isMissing } from "../runtime/s3-errors.ts";

export interface Sources {
  /** @returns undefined if there is no such object. */
  open(key: string): Promise<SourceReader | undefined>;
}

/** Longer than any function runs. */
const URL_SECONDS = 3600;

export const createS3Sources = (s3: S3Client, bucket: string): Sources => ({
  async open(key) {
    try {
      const target = { Bucket: bucket, Key: key };
      const { ContentLength = 0, ETag } = await s3.send(new HeadObjectCommand(target));
      // The SDK's own reading takes a third more time and 43 MB more (docs/adr/0042-ranges-by-our-own-client.md).
      const url = await getSignedUrl(s3, new GetObjectCommand(target), { expiresIn: URL_SECONDS });
      return {
        sizeBytes: ContentLength,
        // All bytes come from one version, even if the client uploads again.
        read: createRangeRead(url, ETag ? { "if-match": ETag } : {}),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
});
