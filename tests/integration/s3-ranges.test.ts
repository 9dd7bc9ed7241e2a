import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { openS3, stack } from "../harness/stack.ts";

/** The emulator reads ranges in a way of ours (localstack/run_ministack.py); S3 says what is right. */
const s3 = openS3();
const object = { Bucket: stack.outputs.ResultBucketName, Key: `results/test/${randomUUID()}.mp3` };
const bytes = randomBytes(100_000);

async function read(Range?: string) {
  const { Body, ContentRange } = await s3.send(
    new GetObjectCommand({ ...object, ...(Range ? { Range } : {}) }),
  );
  return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), ContentRange };
}

before(() => s3.send(new PutObjectCommand({ ...object, Body: bytes })));
after(() => s3.send(new DeleteObjectCommand(object)));

for (const [range, start, end] of [
  ["bytes=0-0", 0, 1],
  ["bytes=10-70000", 10, 70_001],
  ["bytes=99990-", 99_990, 100_000],
  ["bytes=99990-200000", 99_990, 100_000],
  ["bytes=-5", 99_995, 100_000],
] as const) {
  test(`${range} is that part of the object`, async () => {
    const { body, ContentRange } = await read(range);
    assert(body.equals(bytes.subarray(start, end)));
    assert.equal(ContentRange, `bytes ${start}-${end - 1}/100000`);
  });
}

test("without a range it is the whole object", async () => {
  assert((await read()).body.equals(bytes));
});

test("a range behind the end is refused, also of an empty object", async () => {
  await assert.rejects(read("bytes=100000-"), { name: "InvalidRange" });
  await s3.send(new PutObjectCommand({ ...object, Body: "" }));
  await assert.rejects(read("bytes=0-9"), { name: "InvalidRange" });
});
