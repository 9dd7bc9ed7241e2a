import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { makeVideo, openPageRig, type PageRig, signInTo } from "../harness/page-rig.ts";

suite("the page, where things go wrong", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  /** Videos that differ in their last bytes. */
  const videos = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, at) => ({
        name: `clip ${at + 1}.mp4`,
        mimeType: "video/mp4",
        buffer: await makeVideo(8 * at),
      })),
    );
  const picker = (page: Page) => page.locator("input[type=file]").first();
  const names = (page: Page, region = "Your files") =>
    page.getByRole("region", { name: region }).getByRole("heading", { level: 3 }).allTextContents();

  /** Drops real files and folders, as a file manager does. */
  async function drop(page: Page, paths: string[], isLetGo = true) {
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", ...(isLetGo ? ["drop"] : [])] as "drop"[]) {
      await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    }
  }

  test("takes all videos of dropped folders, in order, and says what it left out", async () => {
    const { page } = await rig.open();
    const album = join(rig.directory, "album");
    await mkdir(join(album, "disc 2"), { recursive: true });
    const write = async (name: string, zeroBytes: number) =>
      writeFile(join(rig.directory, name), await makeVideo(zeroBytes));
    await write("album/clip-10.mp4", 8);
    await write("album/clip-2.mp4", 16);
    await write("album/disc 2/clip-3.mp4", 24);
    await write("last.mp4", 32);
    await writeFile(join(album, "cover.jpg"), "a picture");
    await writeFile(join(album, "empty.mp4"), "");
    await write("album/broken.mp4", 40);
    await page.evaluate(BREAK_ENTRY);

    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    // Without a session the file neither opens nor is it lost.
    await drop(page, [join(rig.directory, "last.mp4")]);
    await page.getByText("1 file is added as soon as you are signed in").waitFor();
    await signInTo(page);
    await page.getByRole("heading", { name: "last.mp4" }).waitFor();

    await drop(page, [album], false);
    await page.getByText("Let go to add them").waitFor();
    await drop(page, [album, join(rig.directory, "last.mp4")]);
    await page.getByText("last.mp4 is already in the list.", { exact: true }).waitFor();
    await page.getByText("empty.mp4 is empty.", { exact: true }).waitFor();
    await page.getByText("broken.mp4 can’t be read.", { exact: true }).waitFor();
    await page.getByText("1 file in the folder isn’t video or audio.", { exact: true }).waitFor();
    assert.equal(await page.getByText("Let go to add them").count(), 0);
    assert.deepEqual(await names(page), ["clip-2.mp4", "clip-10.mp4", "clip-3.mp4", "last.mp4"]);
    await page.getByRole("button", { name: "OK" }).click();
    assert.equal(await page.getByText("empty.mp4 is empty.", { exact: true }).count(), 0);
  });

  test("a refused download leaves the page and its uploads alone", async () => {
    const { page, service } = await rig.open();
    service.addFinished("talk.mp4");
    await signInTo(page);
    service.intercept = (call) =>
      call.startsWith("GET /storage/mp3/") ? { status: 403 } : undefined;
    await page.getByRole("button", { name: "Download talk.mp4" }).click();
    await page.getByText("The storage didn’t deliver the MP3").waitFor();
    assert.equal(page.url(), service.siteUrl);
    service.intercept = () => undefined;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download talk.mp4" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /\.mp3$/);
    assert.equal(await page.getByText("The storage refused").count(), 0);
  });

  test("names the field that is wrong, and Convert waits for it", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    await picker(page).setInputFiles(await videos(2));
    const row = page.getByRole("listitem").filter({ hasText: "clip 2.mp4" });
    await row.getByRole("button", { name: "Options: V2" }).click();
    await row.getByLabel("Start at").fill("0:01");
    await row.getByLabel("Stop at").fill("1:99");
    await row.getByText("for example 1:30").waitFor();
    assert.equal(await row.getByLabel("Stop at").getAttribute("aria-invalid"), "true");
    assert.equal(await row.getByLabel("Start at").getAttribute("aria-invalid"), null);
    // Nothing is sent, and the field that has to be changed gets the focus.
    await page.getByRole("button", { name: "Convert 2 files" }).click({ force: true });
    await row.locator("input:focus").waitFor();
    assert.equal(await row.locator("input:focus").inputValue(), "1:99");
    assert.deepEqual(service.uploads, []);
    await row.getByLabel("Stop at").fill("0:03");

    // The second click of a double click meets what slid under the pointer: it does nothing.
    const box = await page.getByRole("button", { name: "Convert 2 files" }).boundingBox();
    assert(box);
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    await page.getByRole("button", { name: "Download clip 2.mp4" }).waitFor();
    assert.deepEqual(
      service.uploads.map(({ fileName, options }) => [fileName, options]),
      [
        ["clip 1.mp4", { quality: "v2" }],
        ["clip 2.mp4", { quality: "v2", startSeconds: 1, endSeconds: 3 }],
      ],
    );
  });

  test("signing out in the middle of an upload asks, then leaves nothing behind", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    service.intercept = (call) =>
      call.startsWith("PUT /storage/") ? new Promise<undefined>(() => {}) : undefined;
    await picker(page).setInputFiles(await videos(1));
    await page.getByText("of audio").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByText("Sending").first().waitFor();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByText("1 file isn’t sent yet and will be forgotten.").waitFor();
    await page.getByRole("button", { name: "Stay" }).click();
    await page.getByText("Sending").first().waitFor();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("button", { name: "Sign out and forget" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual(service.jobs, []);
    const left = await page.evaluate<string[]>(READ_STORAGE);
    assert.deepEqual(
      left.filter((text) => /clip|soundtrack|ann/.test(text)),
      [],
    );
  });

  test("a reload after the session has expired keeps the address and says why", async () => {
    const { page, service } = await rig.open();
    await signInTo(page, "ann@example.org");
    await page.getByText("ann@example.org").waitFor();
    service.intercept = (call) => (call.startsWith("GET /api/jobs") ? { status: 401 } : undefined);
    await page.reload();
    await page.getByText("Your session has ended").waitFor();
    await page.reload();
    await page.getByText("Your session has ended").waitFor();
    assert.equal(await page.getByLabel("Email").inputValue(), "ann@example.org");
  });

  test("keeps the choice of emails, and goes back to the last one when it can’t be saved", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    service.intercept = (call) => (call === "GET /api/settings" ? { status: 500 } : undefined);
    await page.getByRole("button", { name: "Which emails" }).press("Enter");
    await page.getByText("Your choice couldn’t be loaded. The service has a problem").waitFor();
    service.intercept = () => undefined;
    await page.getByRole("button", { name: "Try again" }).press("Enter");
    const group = page.getByRole("group", { name: "Which emails" });
    assert.ok(await group.getByLabel("One for each video").isChecked());

    // Of choices made faster than they are saved, the last one stands.
    const held = Promise.withResolvers<undefined>();
    service.intercept = (call) => (call === "PATCH /api/settings" ? held.promise : undefined);
    await group.getByLabel("One for each video").press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    held.resolve(undefined);
    await page.getByRole("status").getByText("Saved. Emails: Only when a video").waitFor();
    await group.getByText("Saved", { exact: true }).waitFor();
    assert.equal(service.settings.emails, "failures");

    service.intercept = (call) => (call === "PATCH /api/settings" ? { status: 503 } : undefined);
    await page.keyboard.press("ArrowDown");
    await page.getByRole("alert").getByText("Your choice wasn’t saved. The service has").waitFor();
    assert.ok(await group.getByLabel("Only when a video").isChecked());
    assert.equal(await group.getByText("Saved", { exact: true }).count(), 0);

    // A choice that an expired session refused isn't made for whoever signs in next.
    service.intercept = (call) => (call === "PATCH /api/settings" ? { status: 401 } : undefined);
    await group.getByLabel("None").click();
    await page.getByText("Your session has ended").waitFor();
    service.intercept = () => undefined;
    await signInTo(page, "bob@example.org");
    await page.getByRole("button", { name: "Which emails" }).click();
    assert.ok(await group.getByLabel("Only when a video").isChecked());
    assert.equal(service.settings.emails, "failures");
  });

  test("deleting and Show more keep the place and the focus", async () => {
    const { page, service } = await rig.open({
      locale: "en-GB",
      viewport: { width: 320, height: 700 },
    });
    const day = "2025-11-16T12:00:00.000Z";
    for (let at = 60; at > 0; at--) service.addFinished(`clip ${at}.mp4`, { createdAt: day });
    await signInTo(page);
    const more = page.getByRole("button", { name: "Show more" });
    await more.click();
    await page.getByRole("heading", { name: "clip 40.mp4" }).waitFor();
    await page.locator("button:focus", { hasText: "Show more" }).waitFor();
    await more.click();
    await page
      .getByRole("button", { name: "Play clip 41.mp4" })
      .and(page.locator(":focus"))
      .waitFor();
    assert.equal(await more.count(), 0);
    // In the reader's own way of writing dates.
    await page.getByText("16 Nov 2025").first().waitFor();

    await page.getByRole("button", { name: "Delete clip 40.mp4" }).click();
    const question = page.getByRole("button", { name: "Delete for good clip 40.mp4" });
    await question.waitFor();
    const heading = page.getByRole("heading", { name: "clip 40.mp4" });
    assert.ok(((await heading.boundingBox())?.height ?? 99) < 30, "the name stays in one line");
    const scrolled = () => page.evaluate<number>("scrollY");
    const before = await scrolled();
    await question.click();
    await heading.waitFor({ state: "detached" });
    assert.ok(Math.abs((await scrolled()) - before) < 100, "the page stays where it is");
    await page
      .getByRole("button", { name: "Delete clip 41.mp4" })
      .and(page.locator(":focus"))
      .waitFor();
  });
});

/** Scripts for the page; this directory is checked without the browser's types. */
const BREAK_ENTRY = `(() => {
  const item = DataTransferItem.prototype;
  const { webkitGetAsEntry } = item;
  const fail = (found, failed) => failed(new DOMException("gone", "NotFoundError"));
  const breakOne = (entries) => {
    for (const entry of entries) if (entry.name === "broken.mp4") entry.file = fail;
    return entries;
  };
  item.webkitGetAsEntry = function () {
    const entry = webkitGetAsEntry.call(this);
    if (!entry?.isDirectory) return entry;
    const reader = entry.createReader();
    const read = reader.readEntries.bind(reader);
    reader.readEntries = (found, failed) => read((all) => found(breakOne(all)), failed);
    entry.createReader = () => reader;
    return entry;
  };
})()`;
const READ_STORAGE = `(async () => {
  const names = [];
  const root = await navigator.storage.getDirectory();
  for await (const [name, handle] of root) {
    if (handle.kind === "directory") for await (const key of handle.keys()) names.push(key);
  }
  return [...names, ...Object.entries({ ...localStorage, ...sessionStorage }).flat()];
})()`;
