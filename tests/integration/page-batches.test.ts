import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { makeVideo, openPageRig, type PageRig, signInTo, waitUntil } from "../harness/page-rig.ts";

const run = promisify(execFile);

/** How many rows there are in each frame from now on. */
const COUNT_ROWS_OF_FRAMES = `
  globalThis.rowsOfFrames = [];
  const count = () => {
    rowsOfFrames.push(document.querySelectorAll(".history .row").length);
    requestAnimationFrame(count);
  };
  count();
`;

suite("the page, with many files", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  /** Chooses videos that differ in their last bytes. */
  async function choose(page: Page, count: number) {
    const paths = Array.from({ length: count }, (_, at) =>
      join(rig.directory, `clip ${at + 1}.mp4`),
    );
    for (const [at, path] of paths.entries()) {
      await writeFile(path, await makeVideo(8 * at));
    }
    await page.locator("input[type=file]").first().setInputFiles(paths);
  }
  const readHeight = (page: Page) => page.evaluate<number>("document.documentElement.scrollHeight");

  test("126 drafts stay a small page, with one bar that sets them all", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    await choose(page, 126);
    await page.getByRole("button", { name: "Convert 126 files" }).waitFor();
    assert.ok((await readHeight(page)) < 1500, `${await readHeight(page)} pixels`);
    await page
      .getByText(/126 files · 44\.\d MB · about \d+\.\d MB of MP3 · sends 3\d\.\d MB/)
      .waitFor({ timeout: 120_000 });

    // The bar is in sight wherever the page is scrolled to.
    await page.getByRole("button", { name: "Show all 126 files" }).click();
    await waitUntil(page, `document.querySelectorAll(".row").length === 126`);
    await page.evaluate("scrollTo(0, 0)");
    const bar = await page.getByRole("button", { name: "Convert 126 files" }).boundingBox();
    assert.ok(bar && bar.y + bar.height <= 800, "the bar is on the screen");
    await page.getByRole("button", { name: "Show fewer" }).click();

    const all = page.getByRole("group", { name: "All files" });
    await all.getByLabel("Quality").selectOption("128");
    await all.getByRole("button", { name: "More" }).click();
    await all.getByLabel("Podcast loudness").check();
    await page.getByRole("button", { name: "Options: 128 kbit/s · −16 LUFS" }).nth(11).waitFor();
    const row = page.getByRole("listitem").filter({ hasText: "clip 2.mp4" });
    await row.getByRole("button", { name: /^Options/ }).click();
    await row.getByLabel("Quality").selectOption("v0");
    assert.equal(await all.getByLabel("Quality").inputValue(), "");
    await row.getByLabel("Podcast loudness").uncheck();
    await all.getByRole("button", { name: "Convert 126 files" }).click();
    await page.getByText(/ of 126 done/).waitFor();
    assert.match(await page.title(), /^\d+% · Tapedeck$/);
    await page.locator("link[rel=icon][href^='blob:']").waitFor({ state: "attached" });
    await page.getByText(/ of 126 done/).waitFor({ state: "detached", timeout: 60_000 });
    assert.equal(await page.title(), "Tapedeck");

    const options = new Map(service.uploads.map((upload) => [upload.fileName, upload.options]));
    assert.equal(options.size, 126);
    assert.deepEqual(options.get("clip 2.mp4"), { quality: "v0" });
    assert.deepEqual(options.get("clip 126.mp4"), { quality: "128", loudness: -16 });
    assert.ok((await readHeight(page)) < 1600, `${await readHeight(page)} pixels at the end`);
    await page.getByRole("button", { name: "Clear finished" }).click();
    await page.getByRole("region", { name: "Your files" }).waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "clip 126.mp4" }).waitFor();
  });

  test("pauses uploads and resumes them", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const isHeld = (call: string) => call.startsWith("PUT /storage/");
    service.intercept = (call) => (isHeld(call) ? new Promise<undefined>(() => {}) : undefined);
    await choose(page, 5);
    await page.getByText("5 files ·").waitFor();
    await page.getByRole("button", { name: "Convert 5 files" }).click();
    await page.getByText("Sending").nth(2).waitFor();
    await page.getByRole("button", { name: "Pause sending" }).click();
    await page.getByText("Paused. What has arrived is kept.").nth(4).waitFor();
    service.intercept = () => undefined;
    await page.getByRole("button", { name: "Resume sending" }).click();
    await page
      .getByRole("button", { name: /^Download clip/ })
      .nth(4)
      .waitFor();
    // Those that had begun went on under their jobs.
    assert.equal(service.uploads.length, 5);
  });

  test("draws hundreds of earlier rows a few in each frame", async () => {
    const { page, service } = await rig.open();
    for (let at = 0; at < 300; at++) service.addFinished(`lecture ${at}.mp4`);
    await signInTo(page);
    await page.locator(".history .row").nth(19).waitFor();
    await page.evaluate(COUNT_ROWS_OF_FRAMES);
    await page.getByLabel("Search earlier conversions").fill("lecture");
    await waitUntil(page, "globalThis.rowsOfFrames.at(-1) === 300");
    const rows = await page.evaluate<number[]>("globalThis.rowsOfFrames");
    const added = rows.map((count, at) => count - (rows[at - 1] ?? count));
    // A frame of the page's may come before or after one of the counting.
    assert.ok(Math.max(...added) <= 40, `${added.filter(Boolean)} rows at a time`);
  });

  test("finds, chooses, saves as one ZIP and deletes many", async () => {
    const { page, service } = await rig.open();
    for (let at = 45; at > 0; at--) service.addFinished(`talk ${at}.mp4`);
    service.addFinished("song.mov");
    service.addFinished("Song.mp4");
    await signInTo(page);
    // Older ones are looked through as well.
    await page.getByLabel("Search earlier conversions").fill("TALK 4");
    await page.getByRole("heading", { name: "talk 45.mp4" }).waitFor();
    assert.equal(await page.getByRole("heading", { level: 3 }).count(), 7);
    await page.getByLabel("Search earlier conversions").fill("song");
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await page.getByRole("button", { name: "Select all" }).click();
    await waitUntil(
      page,
      "navigator.serviceWorker.getRegistration().then((it) => it?.active != null)",
    );
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download 2 as ZIP" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "Tapedeck 2 MP3s.zip");
    const listing = await run("python3", ["-m", "zipfile", "-l", await download.path()]);
    assert.match(listing.stdout, /Song\.mp3 .* 160044\nsong \(2\)\.mp3 .* 160044/);
    await run("python3", ["-m", "zipfile", "-t", await download.path()]);

    // What the storage refuses is left out, and said.
    service.intercept = (call) =>
      call.startsWith(`GET /storage/mp3/${service.jobs[0]?.jobId}`) ? { status: 403 } : undefined;
    const [second] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download 2 as ZIP" }).click(),
    ]);
    await page.getByRole("main").getByText("Song.mp4 couldn’t be downloaded.").waitFor();
    const rest = await run("python3", ["-m", "zipfile", "-l", await second.path()]);
    assert.doesNotMatch(rest.stdout, /Song\.mp3/);
    assert.match(rest.stdout, /song \(2\)\.mp3/);

    await page.getByRole("button", { name: "Delete 2 selected" }).click();
    await page.getByRole("button", { name: "Delete for good 2 selected" }).click();
    await page.getByText("No name contains “song”.").waitFor();
    assert.equal(service.jobs.length, 45);
  });

  test("the list is narrowed to MP3s or failures, together with the search", async () => {
    const { page, service } = await rig.open();
    const failed = { state: "failed", result: undefined, expiresAt: undefined } as const;
    // The oldest, which aren't loaded at first.
    service.addFinished("talk 1.mp4", { ...failed });
    service.addFinished("song 1.mp4", { ...failed });
    for (let at = 60; at > 2; at--) service.addFinished(`talk ${at}.mp4`);
    await signInTo(page);
    const rows = page.locator(".history .row");
    const filter = page.getByRole("combobox", { name: "Show" });
    const search = page.getByLabel("Search earlier conversions");
    await filter.selectOption("Failed");
    await page.getByRole("heading", { name: "song 1.mp4" }).waitFor();
    assert.equal(await rows.count(), 2);
    assert.equal(await page.getByRole("button", { name: "Show more" }).count(), 0);
    await filter.selectOption("MP3s");
    await waitUntil(page, `document.querySelectorAll(".history .row").length === 58`);
    await search.fill("song");
    await page.getByText("No conversion matches this choice.").waitFor();
    await filter.selectOption("Failed");
    await search.fill("talk");
    await page.getByRole("heading", { name: "talk 1.mp4" }).waitFor();
    assert.equal(await rows.count(), 1);

    // All of what is shown, and nothing else.
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await page.getByRole("button", { name: "Select all" }).click();
    await page.getByRole("button", { name: "Delete 1 selected" }).click();
    await page.getByRole("button", { name: "Delete for good 1 selected" }).click();
    await page.getByText("No conversion matches this choice.").waitFor();
    assert.equal(service.jobs.length, 59);
    assert.ok(!service.jobs.some(({ fileName }) => fileName === "talk 1.mp4"));
  });

  test("a search or a filter can be undone when one job is left that it hides", async () => {
    const { page, service } = await rig.open();
    service.addFinished("talk.mp4");
    service.addFinished("song.mp4");
    await signInTo(page);
    await page.getByLabel("Search earlier conversions").fill("song");
    await page.getByRole("button", { name: "Delete song.mp4" }).click();
    await page.getByRole("button", { name: "Delete for good song.mp4" }).click();
    await page.getByText("No name contains “song”.").waitFor();
    await page.getByLabel("Search earlier conversions").fill("");
    await page.getByRole("heading", { name: "talk.mp4" }).waitFor();
  });

  test("the sign-in form comes with 60 kB or less", async () => {
    const html = await readFile(join(rig.siteDirectory, "index.html"));
    const assets = [...html.toString().matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)];
    let bytes = gzipSync(html).length;
    for (const [, path = ""] of assets) {
      bytes += gzipSync(await readFile(join(rig.siteDirectory, path))).length;
    }
    assert.ok(assets.length >= 3 && bytes <= 60_000, `${bytes} bytes`);
  });

  test("opens without a network, takes pasted, shared and handed-over files", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    await waitUntil(page, "navigator.serviceWorker.controller !== null");
    const send = (script: string) =>
      page.evaluate(`(async () => {
        const file = (name) => new File([new Uint8Array(9)], name, { type: "video/mp4" });
        ${script}
      })()`);
    await send(`
      const clipboardData = new DataTransfer();
      clipboardData.items.add(file("pasted.mp4"));
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    `);
    await page.getByRole("heading", { name: "pasted.mp4" }).waitFor();

    // As Android hands a video over: a form that the browser posts.
    await send(`
      const form = document.createElement("form");
      Object.assign(form, { method: "POST", action: "./share", enctype: "multipart/form-data" });
      const input = document.createElement("input");
      Object.assign(input, { type: "file", name: "videos" });
      const data = new DataTransfer();
      data.items.add(file("shared ü.mp4"));
      input.files = data.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    `);
    await page.getByRole("heading", { name: "shared ü.mp4" }).waitFor();
    assert.equal(page.url(), service.siteUrl);

    const manifest = JSON.parse(
      await readFile(join(rig.siteDirectory, "manifest.webmanifest"), "utf8"),
    );
    assert.equal(manifest.share_target.params.files[0].name, "videos");
    for (const { src } of manifest.icons) await readFile(join(rig.siteDirectory, src));

    await waitUntil(
      page,
      "caches.open('shell').then((it) => it.keys()).then((all) => all.some(({ url }) => /workspace/.test(url)))",
    );
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText("Earlier conversions couldn’t be loaded.").waitFor();
    await page.getByRole("heading", { name: "shared ü.mp4" }).waitFor();
  });
});
