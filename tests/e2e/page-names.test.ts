import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { createJobId } from "../../contract/job-id.ts";
import { type Job, jobKey } from "../../functions/storage/job.ts";
import { createS3JobStore } from "../../functions/storage/s3-job-store.ts";
import { makeJob } from "../fakes/jobs.ts";
import { connect, eventually, openS3, readOwner, stack } from "../harness/stack.ts";
import {
  convertButton,
  filePicker,
  openPage,
  openPageFixture,
  type PageFixture,
  signIn,
} from "./page-fixture.ts";

const SAMPLE = join(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const Bucket = stack.outputs.ResultBucketName;
const s3 = openS3();

suite("names and records that aren't plain", () => {
  let fixture: PageFixture;
  before(async () => {
    fixture = await openPageFixture();
  });
  after(() => fixture?.[Symbol.asyncDispose]());

  test("a reversed name is shown as it is, next to a record that can't be read", async () => {
    const owner = await readOwner(fixture.user);
    const job: Job = makeJob({
      owner,
      fileName: "exe.\u202e4pm",
      state: "completed",
      result: { title: "Talk", durationSeconds: 60, sizeBytes: 4000 },
      notification: { state: "failed", at: new Date().toISOString() },
    });
    await createS3JobStore(s3, Bucket).create(job);
    const bad = JSON.stringify({ ...job, result: { ...job.result, durationSeconds: -0.04 } });
    const Key = jobKey(owner, createJobId());
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(bad) }));

    const { page, consoleErrors } = await openPage(fixture);
    await signIn(page, fixture);
    const row = page.getByRole("listitem").filter({ hasText: "exe.4pm" });
    await row.getByText("We couldn't email you, but your MP3 is ready.").waitFor();
    assert.equal(await row.getByRole("heading").textContent(), "exe.4pm");
    assert.deepEqual(consoleErrors, []);
  });

  test("a name that is too long is cut between characters, and its file is converted", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    // The 255th UTF-16 unit is in the middle of an emoji.
    const name = `${"a".repeat(240)}${"😀".repeat(20)}.mp4`;
    const buffer = await readFile(SAMPLE);
    await filePicker(page).setInputFiles([{ name, mimeType: "video/mp4", buffer }]);
    await convertButton(page).click();
    const client = await connect(fixture.user);
    const job = await eventually(async () => {
      const { jobs } = await client.listJobs();
      return jobs.find(
        ({ fileName, state }) => fileName.startsWith("aaa") && state === "completed",
      );
    });
    assert(job.fileName.isWellFormed());
    assert.match(job.fileName, /…\.mp4$/);
  });
});
