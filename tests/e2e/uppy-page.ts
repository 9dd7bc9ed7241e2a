/** Is bundled into a page. Sends a video with Uppy, whose requests the unchanged API signs. */
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import type { PageWithUppy, UppyOutcome, UppyRun } from "./uppy-run.ts";

async function uploadWithUppy(run: UppyRun): Promise<UppyOutcome> {
  const file = makeFile(run);
  const { jobId } = await post(run, "/upload", {
    fileName: file.name,
    sizeBytes: file.size,
    contentType: file.type,
  });
  const signed: string[] = [];
  const uppy = new Uppy({ autoProceed: false }).use(AwsS3, {
    shouldUseMultipart: run.shouldUseMultipart,
    signRequest: (request) => {
      signed.push(request.method);
      return post(run, `/upload/${jobId}/sign`, request);
    },
  });
  uppy.addFile({ name: file.name, type: file.type, data: file });
  const cancelled = new Promise<undefined>((resolve) => {
    uppy.once("s3-multipart:part-uploaded", () => {
      if (run.afterFirstPart === "cancel") {
        uppy.cancelAll();
        resolve(undefined);
      }
      if (run.afterFirstPart === "pause and resume") {
        uppy.pauseAll();
        setTimeout(() => uppy.resumeAll(), 200);
      }
    });
  });
  const result = await Promise.race([uppy.upload(), cancelled]);
  return {
    jobId,
    successful: result?.successful?.length ?? 0,
    errors: result?.failed?.map(({ error }) => String(error)) ?? [],
    signed,
  };
}

async function post({ apiUrl, token }: UppyRun, path: string, body: object) {
  const answer = await fetch(apiUrl + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** MP4 allows an empty box after the others. */
function makeFile({ sampleBase64, fillToBytes }: UppyRun): File {
  const sample = Uint8Array.from(atob(sampleBase64), (letter) => letter.charCodeAt(0));
  const padding = new Uint8Array(Math.max(0, fillToBytes - sample.length));
  if (padding.length > 0) {
    new DataView(padding.buffer).setUint32(0, padding.length);
    padding.set(new TextEncoder().encode("free"), 4);
  }
  return new File([sample, padding], "arpeggio.mp4", { type: "video/mp4" });
}

(globalThis as unknown as PageWithUppy).uploadWithUppy = uploadWithUppy;
