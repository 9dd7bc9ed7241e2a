import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import { GetObjectCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { createS3Sources } from "../../functions/converter/sources.ts";
import { createS3Results } from "../../functions/storage/results.ts";
import { openS3, stack } from "../harness/stack.ts";

const s3 = openS3();
const bucket = stack.outputs.ResultBucketName;
const results = createS3Results(s3, bucket);

const MEBIBYTE = 1024 * 1024;

async function readObject(key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

for (const sizeBytes of [1, 4 * MEBIBYTE, 5 * MEBIBYTE, 10 * MEBIBYTE, 17 * MEBIBYTE + 3]) {
  test(`an MP3 of ${sizeBytes} bytes is whole, with its head in front`, async () => {
    const key = `results/test/${randomUUID()}.mp3`;
    const head = randomBytes(500);
    const frames = randomBytes(sizeBytes);
    const sink = results.createSink(key);
    for (let at = 0; at < sizeBytes; at += 100_003) {
      await sink.write(frames.subarray(at, at + 100_003));
    }
    await sink.finish(head);
    assert((await readObject(key)).equals(Buffer.concat([head, frames])));
    await results.delete(key);
    await assert.rejects(readObject(key), { name: "NoSuchKey" });
  });
}

test("an abandoned MP3 leaves nothing behind", async () => {
  const key = `results/test/${randomUUID()}.mp3`;
  const sink = results.createSink(key);
  for (let part = 0; part < 4; part++) await sink.write(randomBytes(5 * MEBIBYTE));
  await sink.abort();
  const { Uploads = [] } = await s3.send(
    new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }),
  );
  assert.deepEqual(Uploads, []);
  await assert.rejects(readObject(key), { name: "NoSuchKey" });
  // Nor in the MP3 that is written in its place.
  const frames = randomBytes(11 * MEBIBYTE);
  for (let at = 0; at < frames.length; at += MEBIBYTE) {
    await sink.write(frames.subarray(at, at + MEBIBYTE));
  }
  await sink.finish(new Uint8Array([1]));
  assert((await readObject(key)).equals(Buffer.concat([Uint8Array.of(1), frames])));
  await results.delete(key);
});

test("a source is read by ranges, and one that isn't there is undefined", async () => {
  const key = `results/test/${randomUUID()}.mp3`;
  const bytes = randomBytes(100_000);
  const sink = results.createSink(key);
  await sink.write(bytes);
  await sink.finish(new Uint8Array());
  const sources = createS3Sources(s3, bucket);
  const source = await sources.open(key);
  assert(source);
  assert.equal(source.sizeBytes, 100_000);
  const read: Uint8Array[] = [];
  for await (const chunk of source.read(10, 99_999, AbortSignal.timeout(10_000))) {
    read.push(Uint8Array.from(chunk));
  }
  assert(Buffer.concat(read).equals(bytes.subarray(10, 99_999)));
  assert.equal(await sources.open(`${key}.gone`), undefined);
  await results.delete(key);
});
