import { PutObjectCommand } from "@aws-sdk/client-s3";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { openS3, stack } from "../harness/stack.ts";
import { testJobStore } from "../job-store-contract.ts";

const s3 = openS3();

const Bucket = stack.outputs.ResultBucketName;

testJobStore(
  "S3",
  async () => createS3JobStore(s3, Bucket),
  (Key, text) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(text) })),
);
