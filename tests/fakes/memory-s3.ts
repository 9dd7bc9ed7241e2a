import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

/** A small part of S3, in a map by key for all buckets. A page of a listing has two keys. */
export function createMemoryS3() {
  const objects = new Map<string, { writtenAt: Date; tag: string | undefined; body?: string }>();
  /** The requests that fail, by how `{command} {key or prefix}` begins. */
  const failing = new Set<string>();
  /** The statuses with which the next writes fail. */
  const refusals: number[] = [];

  async function send(command: { constructor: { name: string }; input: unknown }) {
    const { Key, Prefix } = command.input as { Key?: string; Prefix?: string };
    const request = `${command.constructor.name} ${Key ?? Prefix}`;
    if ([...failing].some((start) => request.startsWith(start))) throw fail(503);
    if (command instanceof PutObjectCommand) {
      const refusal = refusals.shift();
      if (refusal) throw fail(refusal);
      const body = String(command.input.Body);
      objects.set(Key ?? "", { writtenAt: new Date(), tag: undefined, body });
    } else if (command instanceof GetObjectCommand) {
      const object = objects.get(Key ?? "");
      if (!object) throw fail(404);
      return { Body: { transformToString: async () => object.body }, ETag: '"1"' };
    } else if (command instanceof PutObjectTaggingCommand) {
      const object = objects.get(Key ?? "");
      if (!object) throw fail(404);
      object.tag = command.input.Tagging?.TagSet?.[0]?.Value;
    } else if (command instanceof DeleteObjectCommand) {
      objects.delete(Key ?? "");
    } else if (command instanceof ListObjectsV2Command) {
      const { StartAfter = "" } = command.input;
      const keys = [...objects.keys()]
        .filter((key) => key.startsWith(Prefix ?? "") && key > StartAfter)
        .sort();
      return {
        Contents: keys
          .slice(0, 2)
          .map((key) => ({ Key: key, LastModified: objects.get(key)?.writtenAt })),
        IsTruncated: keys.length > 2,
      };
    } else throw new Error(`${request} isn't known here.`);
    return {};
  }

  return { s3: { send } as unknown as S3Client, objects, failing, refusals };
}

const fail = (status: number) =>
  new S3ServiceException({
    name: `Status${status}`,
    $fault: status < 500 ? "client" : "server",
    $metadata: { httpStatusCode: status },
  });
