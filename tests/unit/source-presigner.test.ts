import assert from "node:assert/strict";
import { test } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { SignRequest } from "../../contract/api.ts";
import { nameOperation } from "../../functions/upload/source-operation.ts";
import { createSourcePresigner } from "../../functions/upload/source-presigner.ts";
import { makeJob } from "../fakes/jobs.ts";

const s3 = new S3Client({
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  requestChecksumCalculation: "WHEN_REQUIRED",
});
const presign = createSourcePresigner(s3, "sources");
const part = (partNumber: number) => ({ name: "UploadPart" as const, uploadId: "u", partNumber });

/** Returns the headers that the signature covers. S3 refuses a request in which they differ. */
const signedHeaders = (url: string) =>
  new URL(url).searchParams.get("X-Amz-SignedHeaders")?.split(";");

/** Returns a part's signature, which depends on the part's length. */
async function signatureOf(job: ReturnType<typeof makeJob>, partNumber: number) {
  const { url } = await presign(job, part(partNumber));
  return new URL(url).searchParams.get("X-Amz-Signature");
}

test("the signature of each part covers its length, so that no more can be sent", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1) });
  const job = makeJob({ sizeBytes: 25, partSizeBytes: 10 });
  for (const number of [1, 2, 3]) {
    const { url } = await presign(job, part(number));
    assert.deepEqual(signedHeaders(url), ["content-length", "host"]);
  }
  const grown = { ...job, sizeBytes: 26 };
  assert.equal(await signatureOf(grown, 2), await signatureOf(job, 2), "10 bytes both");
  assert.notEqual(await signatureOf(grown, 3), await signatureOf(job, 3), "5 and 6 bytes");
});

test("a URL works for as long as requested, up to an hour", async () => {
  const seconds = async (expiresIn: number) => {
    const { url } = await presign(makeJob(), { name: "PutObject" }, expiresIn);
    return new URL(url).searchParams.get("X-Amz-Expires");
  };
  assert.equal(await seconds(600), "600");
  assert.equal(await seconds(604_800), "3600");
});

const UPLOAD = { uploadId: "u" };
for (const [body, operation, query] of [
  [{ method: "PUT" }, "PutObject", {}],
  [{ method: "POST" }, "CreateMultipartUpload", { uploads: "" }],
  [{ method: "PUT", ...UPLOAD, partNumber: 2 }, "UploadPart", { ...UPLOAD, partNumber: "2" }],
  [{ method: "GET", ...UPLOAD }, "ListParts", UPLOAD],
  [
    { method: "GET", ...UPLOAD, partNumberMarker: 1000 },
    "ListParts",
    { ...UPLOAD, "part-number-marker": "1000" },
  ],
  [{ method: "POST", ...UPLOAD }, "CompleteMultipartUpload", UPLOAD],
  [{ method: "DELETE", ...UPLOAD }, "AbortMultipartUpload", UPLOAD],
] as const) {
  test(`${JSON.stringify(body)} is S3's ${operation}`, async () => {
    const named = nameOperation(SignRequest.parse(body));
    assert.equal(named.name, operation);
    const { url } = await presign(makeJob(), named);
    const { "x-id": _, ...rest } = Object.fromEntries(
      [...new URL(url).searchParams].filter(([name]) => !name.startsWith("X-Amz-")),
    );
    assert.deepEqual(rest, query);
  });
}
