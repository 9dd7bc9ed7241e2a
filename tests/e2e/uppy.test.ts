import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { signIn } from "../../client/sign-in.ts";
import { launchBrowser } from "../harness/browser.ts";
import { checkEveryResponse } from "../harness/checked-responses.ts";
import { apiUrl, connect, createUser, eventually, openS3, stack } from "../harness/stack.ts";
import type { PageWithUppy, UppyRun } from "./uppy-run.ts";

const SAMPLE = resolve(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
/** Three parts of the size that Uppy chooses and the API signs. */
const LARGE_BYTES = 12 * 1024 * 1024;

suite("the published Uppy sends a video, with the API as its signRequest", () => {
  let browser: Browser;
  let page: Page;
  let client: Awaited<ReturnType<typeof connect>>;
  let upload: (run: Partial<UppyRun>) => ReturnType<PageWithUppy["uploadWithUppy"]>;

  before(async () => {
    const user = await createUser();
    client = await connect(user);
    const { token } = await signIn(apiUrl, user);
    const sampleBase64 = await readFile(SAMPLE, "base64");
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, "uppy-page.ts")],
      bundle: true,
      write: false,
      format: "iife",
    });
    browser = await launchBrowser();
    page = await browser.newPage();
    // Any page on the stack's own origin, which may write to its storage.
    await page.goto(`${apiUrl}/openapi.json`);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
    upload = (run) =>
      page.evaluate((all) => (globalThis as unknown as PageWithUppy).uploadWithUppy(all), {
        apiUrl,
        token,
        sampleBase64,
        shouldUseMultipart: true,
        fillToBytes: LARGE_BYTES,
        ...run,
      });
  });
  after(() => browser?.close());

  /** @returns how long the MP3 plays, in seconds. */
  async function awaitMp3(jobId: string): Promise<number> {
    const job = await eventually(async () => {
      const { state, ...rest } = await client.readJob(jobId);
      return state === "completed" || state === "failed" ? { state, ...rest } : undefined;
    });
    assert.equal(job.state, "completed", JSON.stringify(job.failure));
    return job.result?.durationSeconds ?? 0;
  }

  async function check(run: Partial<UppyRun>, signed: string[]): Promise<void> {
    checkEveryResponse(page.context(), apiUrl);
    const { jobId, ...outcome } = await upload(run);
    assert.deepEqual(outcome, { successful: 1, errors: [], signed });
    assert(Math.abs((await awaitMp3(jobId)) - 20) < 0.1);
  }

  test("in one request", () => check({ shouldUseMultipart: false, fillToBytes: 0 }, ["PUT"]));

  test("in parts", () => check({}, ["POST", "PUT", "PUT", "PUT", "POST"]));

  test("in parts, with a pause: stored parts aren't sent again", () =>
    check({ afterFirstPart: "pause and resume" }, ["POST", "PUT", "GET", "PUT", "PUT", "POST"]));

  test("cancelled: no parts are left", async () => {
    const { jobId, successful } = await upload({ afterFirstPart: "cancel" });
    assert.equal(successful, 0);
    const s3 = openS3();
    const Bucket = stack.outputs.SourceBucketName;
    await eventually(async () => {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
      return Uploads.some(({ Key }) => Key?.includes(jobId)) ? undefined : true;
    });
    s3.destroy();
    assert.equal((await client.readJob(jobId)).state, "awaiting-upload");
  });
});
