import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Page, Route } from "playwright-core";
import { JobId } from "../../contract/job.ts";
import { eventually } from "../harness/eventually.ts";
import { openPageRig, type PageRig, signInTo, waitUntil } from "../harness/page-rig.ts";
import { generate } from "../media/make-media.ts";

const TOMORROW = new Date(Date.now() + 864e5).toISOString();

/** A red square, as a file that is dropped or pasted onto an element. */
const handOverPicture = (event: "drop" | "paste") => `(async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
  canvas.getContext("2d").fillRect(0, 0, 40, 40);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], "cover.png", { type: "image/png" }));
  const target = document.querySelector(".cover-field input, .cover-field button");
  target.dispatchEvent(
    "${event}" === "drop"
      ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
      : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
  );
})()`;

suite("what is made of a video besides its one MP3", { concurrency: 1 }, () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  const waitFor = (isSo: () => boolean) => eventually(async () => isSo() || undefined);
  const chooseFile = (page: Page, path: string) =>
    page.locator("input[type=file]").first().setInputFiles(path);

  test("one audio track of several is chosen, or each becomes an MP3", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const path = join(rig.directory, "talks.mkv");
    const tones =
      "-f lavfi -i sine=440:d=5 -f lavfi -i sine=1000:d=5 -f lavfi -i color=s=640x360:d=5";
    const tags = "-metadata:s:a:0 language=eng -metadata:s:a:1 language=ger";
    const codecs = "-c:a flac -ac 2 -c:v rawvideo";
    await generate(`${tones} -map 0:a -map 1:a -map 2:v ${codecs} ${tags} ${path}`);
    await chooseFile(page, path);
    await page.getByRole("button", { name: /^Options/ }).click();
    const field = page.getByLabel("Audio track");
    await field.waitFor();
    assert.deepEqual(await field.locator("option").allTextContents(), [
      "The one that players play",
      "Track 1 · English · stereo · FLAC",
      "Track 2 · German · stereo · FLAC",
      "All 2, one MP3 each",
    ]);

    await field.selectOption("2");
    await page.getByRole("button", { name: "Options: V2 · Track 2" }).waitFor();
    await page.getByText(/Sends .* of audio instead of/).waitFor();
    // The soundtrack that is sent has that track alone.
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Download talks.mkv" }).waitFor();
    assert.deepEqual(service.uploads[0]?.options, { quality: "v2" });
    assert.match(service.uploads[0]?.contentType ?? "", /^audio/);

    await chooseFile(page, path);
    await page.getByRole("button", { name: /^Options/ }).click();
    await page.getByRole("switch", { name: "Send the whole video" }).check();
    await field.selectOption("all");
    await page.getByRole("heading", { name: "talks (English).mkv" }).waitFor();
    await page.getByRole("button", { name: "Convert 2 files to MP3" }).click();
    await page.getByRole("button", { name: "Download talks (German).mkv" }).waitFor();
    await page.getByRole("button", { name: "Download talks (English).mkv" }).waitFor();
    const sent = service.uploads.slice(1).map(({ options }) => options.audioTrack);
    assert.deepEqual(sent.sort(), [1, 2]);
  });

  test("two mono tracks become left and right, either way round", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const path = join(rig.directory, "interview.mkv");
    const inputs =
      "-f lavfi -i sine=440:d=3 -f lavfi -i sine=1000:d=3 -f lavfi -i color=s=64x36:d=3";
    await generate(`${inputs} -map 0:a -map 1:a -map 2:v -c:a flac -ac 1 -c:v rawvideo ${path}`);
    await chooseFile(page, path);
    await page.getByRole("button", { name: /^Options/ }).click();
    await page
      .getByLabel("Audio track")
      .selectOption({ label: "Tracks 2 and 1 as left and right" });
    await page.getByRole("button", { name: "Tracks 2 and 1 as left and right" }).waitFor();
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Download interview.mkv" }).waitFor();
    const { options, sizeBytes } = service.uploads[0] ?? {};
    assert.deepEqual(options, { quality: "v2", audioTrack: 2, rightTrack: 1 });
    // One soundtrack wouldn't do.
    assert.equal(sizeBytes, (await stat(path)).size);
  });

  test("a video that is still kept is converted again with other options", async () => {
    const { page, service } = await rig.open();
    service.addFinished("old.mp4");
    const options = { quality: "v0", startSeconds: 61, tags: { title: "A talk" } } as const;
    service.addFinished("talk.mp4", { sourceExpiresAt: TOMORROW, options });
    const failure = { code: "truncated", message: "The file is incomplete." } as const;
    const cut = { sourceExpiresAt: TOMORROW, state: "failed", result: undefined } as const;
    service.addFinished("cut.mp4", { ...cut, failure });
    await signInTo(page);
    // What is gone from the service can't be converted again.
    assert.equal(await page.getByRole("button", { name: "More old.mp4" }).count(), 0);

    await page.getByRole("button", { name: "More talk.mp4" }).click();
    await page.getByRole("button", { name: "Convert again with other options" }).click();
    assert.equal(await page.getByLabel("Start at").inputValue(), "1:01");
    await waitUntil(
      page,
      `document.activeElement.closest("li")?.querySelector("h3").textContent === "talk.mp4"`,
    );
    await page.getByText("The video is still in the service").waitFor();
    await page.getByText(/sends 0 bytes/).waitFor();
    await page.getByLabel("Quality").first().selectOption("speech");
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Clear finished" }).waitFor();
    const [sent] = service.agains;
    assert.deepEqual(sent, { jobId: sent?.jobId, options: { ...options, quality: "speech" } });
    assert.equal(JobId.parse(sent?.jobId), service.jobs[0]?.jobId);
    assert.deepEqual(service.uploads, []);

    await page.getByRole("button", { name: "Convert it anyway" }).click();
    await page
      .getByText(/cut\.mp4/)
      .first()
      .waitFor();
    await waitUntil(page, `document.querySelectorAll("#transfers-title").length === 1`);
    for (let tries = 0; service.agains.length < 2 && tries < 100; tries++)
      await page.waitForTimeout(50);
    assert.equal(service.agains[1]?.options.acceptIncomplete, true);
  });

  test("a conversion that is cancelled while it is asked for leaves no job, and one that is repeated makes one", async () => {
    const { page, service } = await rig.open();
    service.addFinished("talk.mp4", { sourceExpiresAt: TOMORROW });
    service.finish = () => ({ state: "converting" });
    await signInTo(page);
    await page.getByRole("button", { name: "More talk.mp4" }).click();
    const ask = async () => {
      await page.getByRole("button", { name: "Convert again with other options" }).click();
      await page.getByRole("button", { name: "Convert to MP3" }).click();
    };
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<undefined>();
    service.intercept = (call) => {
      if (!call.endsWith("/again")) return undefined;
      asked.resolve();
      return held.promise;
    };
    await ask();
    await asked.promise;
    await page.getByRole("button", { name: "Cancel" }).click();
    const deletion = () => service.requests.filter((call) => call.startsWith("DELETE")).length;
    assert.equal(deletion(), 0);
    held.resolve(undefined);
    await waitFor(() => deletion() === 1);
    assert.deepEqual(
      service.jobs.map(({ state }) => state),
      ["completed"],
    );

    // The first answer is lost, and the page is refreshed before it asks again.
    service.intercept = () => undefined;
    const lost = Promise.withResolvers<void>();
    const loseAnswer = async (route: Route) => {
      if (route.request().method() !== "POST") return route.continue();
      await route.fetch();
      await route.abort();
      lost.resolve();
    };
    await page.route("**/again", loseAnswer);
    await ask();
    await lost.promise;
    await page.unroute("**/again");
    const before = service.agains.length;
    await page.reload();
    await waitFor(() => service.agains.length > before);
    const ids = service.agains.slice(before - 1).map(({ jobId }) => jobId);
    assert.equal(new Set(ids).size, 1);
    await waitFor(() => service.requests.at(-1) === `GET /api/jobs/${ids[0]}`);
    assert.equal(service.jobs.filter(({ state }) => state === "converting").length, 1);
  });

  test("a recording is split into pieces of some minutes, or by its chapters", async () => {
    const { page, service } = await rig.open();
    const chapters = [
      { startSeconds: 0, title: "Opening" },
      { startSeconds: 1200, title: "Questions" },
    ];
    const result = { sizeBytes: 1e6, durationSeconds: 4000, title: "A talk", chapters };
    service.addFinished("talk.mp4", { sourceExpiresAt: TOMORROW, result });
    await signInTo(page);
    await page.getByRole("button", { name: "More talk.mp4" }).click();
    const minutes = page.getByLabel("Minutes each");
    await minutes.fill("90");
    await page.getByRole("button", { name: "Split", exact: true }).click();
    await page.getByText("Choose a time that is shorter").waitFor();
    await minutes.fill("20");
    await page.getByRole("button", { name: "Split into 4 MP3s" }).click();
    for (const number of [1, 2, 3, 4]) {
      await page.getByRole("button", { name: `Download ${number} talk.mp3` }).waitFor();
    }
    await page.getByRole("button", { name: "Split into its 2 chapters" }).click();
    await page.getByRole("button", { name: "Download 2 Questions.mp3" }).waitFor();
    const pieces = service.agains.map(({ options }) => [
      options.startSeconds,
      options.endSeconds,
      options.tags?.track?.number,
    ]);
    assert.deepEqual(pieces, [
      [0, 1200, 1],
      [1200, 2400, 2],
      [2400, 3600, 3],
      [3600, undefined, 4],
      [0, 1200, 1],
      [1200, undefined, 2],
    ]);
  });

  test("a file is opened again after a refresh, without being asked for", async () => {
    const { page, service } = await rig.open();
    // The browser's own picker waits for a person. A private file has a handle of the same kind.
    await page.addInitScript(`window.showOpenFilePicker = async () => {
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle("talk.bin", { create: true });
      if ((await handle.getFile()).size === 0) {
        const writer = await handle.createWritable();
        await writer.write(new Uint8Array(5000));
        await writer.close();
      }
      return [handle];
    }`);
    await page.reload();
    await signInTo(page);
    await page.getByRole("button", { name: "Choose files" }).click();
    await page.getByRole("heading", { name: "talk.bin" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Download talk.bin" }).waitFor();
    assert.equal(service.uploads[0]?.sizeBytes, 5000);

    // Nothing of it stays once its user signs out.
    await page.getByRole("button", { name: "Choose files" }).click();
    await page.getByRole("button", { name: "Remove" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign out and forget" }).click();
    await page.getByLabel("Password").waitFor();
    await waitUntil(
      page,
      `(async () => {
      const database = await new Promise((resolve, reject) => {
        const request = indexedDB.open("tapedeck-files");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const count = database.transaction("handles").objectStore("handles").count();
      return new Promise((resolve) => { count.onsuccess = () => resolve(count.result === 0); });
    })()`,
    );
  });

  test("files that wait are sent in another order, and each can be paused", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const held = Promise.withResolvers<undefined>();
    service.intercept = (call) => (call.startsWith("PUT ") ? held.promise : undefined);
    const names = ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav"];
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles(
        names.map((name, at) => ({ name, mimeType: "audio/wav", buffer: Buffer.alloc(5000 + at) })),
      );
    await page.getByRole("button", { name: "Convert 5 files to MP3" }).click();
    const row = (name: string) => page.getByRole("listitem", { name });
    await row("e.wav").getByRole("button", { name: "Send next" }).click();
    const shown = await page.locator(".rows h3").allTextContents();
    assert.deepEqual(shown, ["a.wav", "b.wav", "c.wav", "e.wav", "d.wav"]);
    await row("b.wav").getByRole("button", { name: "Pause", exact: true }).click();
    await row("b.wav").getByText("Paused.").waitFor();
    // Its place goes to the one that was put first.
    for (let tries = 0; service.uploads.length < 4 && tries < 200; tries++) {
      await page.waitForTimeout(50);
    }
    assert.equal(service.uploads[3]?.fileName, "e.wav");
    held.resolve(undefined);
    await row("d.wav").getByRole("button", { name: "Download d.wav" }).waitFor();
    await row("b.wav").getByRole("button", { name: "Resume", exact: true }).click();
    await row("b.wav").getByRole("button", { name: "Download b.wav" }).waitFor();
  });

  test("a picture is dropped or pasted onto the cover", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name: "a.wav", mimeType: "audio/wav", buffer: Buffer.alloc(5000) });
    await page.getByRole("button", { name: /^Options/ }).click();
    await page.getByRole("button", { name: "Title, artist, cover, file name" }).click();
    for (const event of ["drop", "paste"] as const) {
      await page.evaluate(handOverPicture(event));
      await page.getByAltText("Chosen cover").waitFor();
      // It is no file to convert.
      assert.equal(await page.getByRole("button", { name: /^Options/ }).count(), 1);
      if (event === "drop") await page.getByRole("button", { name: "Remove cover" }).click();
    }
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Download a.wav" }).waitFor();
    assert.match(service.uploads[0]?.cover ?? "", /^(\/9j\/|iVBORw0K)/);
  });
});
