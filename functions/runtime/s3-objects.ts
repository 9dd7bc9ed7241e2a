import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { isMissing } from "./s3-errors.ts";

/** Asks for an object; undefined if there is none. */
export async function findObject(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Reads the text of an object that was found. */
export const readText = async ({ Body }: GetObjectCommandOutput): Promise<string> =>
  (await Body?.transformToString()) ?? "";
