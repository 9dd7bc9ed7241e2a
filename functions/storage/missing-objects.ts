import { ListObjectsV2Command, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { z } from "zod";

/** Requests for one object that should exist. A new object's PUT has no `If-Match`. */
const READS = ["GetObjectCommand", "HeadObjectCommand", "PutObjectTaggingCommand"];
const Target = z.object({ Bucket: z.string(), Key: z.string(), IfMatch: z.string().optional() });

/**
 * Gives a missing object the status 404, whether S3 says 404 or 403.
 *
 * S3 says 404 only to callers who may list the bucket, and our functions may list only their
 * prefixes, by a condition on `s3:prefix`. Whether S3 counts that when an object is read isn't
 * documented. Taking every 403 for "missing" would turn a wrong permission into deleted jobs, so
 * the key is looked up in a listing, which the condition does allow.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function tellMissingFromForbidden<Client extends S3Client>(s3: Client): Client {
  s3.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (request) => {
        try {
          return await next(request);
        } catch (error) {
          const target = Target.safeParse(request.input).data;
          const expectsObject =
            READS.includes(commandName) || (commandName === "PutObjectCommand" && target?.IfMatch);
          if (!target || !expectsObject || !isForbidden(error)) throw error;
          if (await isListed(s3, target)) throw error;
          error.$metadata.httpStatusCode = 404;
          throw error;
        }
      },
    { step: "initialize", name: "tellMissingFromForbidden" },
  );
  return s3;
}

const isForbidden = (error: unknown): error is S3ServiceException =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;

/** Returns false only if a listing shows that there is no such object. */
async function isListed(s3: S3Client, { Bucket, Key }: z.infer<typeof Target>): Promise<boolean> {
  const listing = await s3
    .send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }))
    .catch(() => undefined);
  // A key sorts before all longer keys that begin with it.
  return listing === undefined || listing.Contents?.[0]?.Key === Key;
}
