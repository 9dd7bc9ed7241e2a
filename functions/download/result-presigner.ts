import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

/** Signs a URL that downloads one object under the file name in `contentDisposition` (RFC 6266). */
export type PresignResult = (object: {
  key: string;
  contentDisposition: string;
  expiresInSeconds: number;
}) => Promise<string>;

export const createResultPresigner =
  (s3: S3Client, bucket: string): PresignResult =>
  ({ key, contentDisposition, expiresInSeconds }) =>
    getSignedUrl(
      s3,
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentDisposition: contentDisposition,
      }),
      { expiresIn: expiresInSeconds },
    );
