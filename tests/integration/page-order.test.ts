import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { makeVideo, openPageRig, type PageRig, signInTo, waitUntil } from "../harness/page-rig.ts";
import { generate } from "../media/make-media.ts";

suite("the page, and the order and places of files", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  async function choose(page: Page, names: readonly string[]) {
    const paths = names.map((name) => join(rig.directory, name));
    for (const [at, path] of paths.entries()) await writeFile(path, Buffer.alloc(5000 + at));
    const input = page.locator("input[type=file]").first();
    await input.setInputFiles(paths);
    return () => input.setInputFiles(paths);
  }
  const readNames = (page: Page) => page.locator(".rows h3").allTextContents();
  const middleOf = async (place: Locator) => {
    const box = await place.boundingBox();
    assert.ok(box);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };

  test("drafts are put into another order by keys, buttons and mouse, and are sent in it", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const chooseAgain = await choose(page, ["a.wav", "b.wav", "c.wav", "d.wav"]);
    const handle = (name: string) => page.getByRole("button", { name: `Move ${name}` });
    const waitForOrder = (letters: string) =>
      waitUntil(
        page,
        `[...document.querySelectorAll(".rows h3")].map((it) => it.textContent[0]).join("") === "${letters}"`,
      );

    await handle("a.wav").press("ArrowDown");
    await waitForOrder("bacd");
    await page.getByText("a.wav is now number 2.").waitFor({ state: "attached" });
    // The focus goes along.
    await waitUntil(page, `document.activeElement.ariaLabel === "Move a.wav"`);
    await page.keyboard.press("End");
    await waitForOrder("bcda");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Home");
    await waitForOrder("abcd");

    const row = page.getByRole("listitem", { name: "d.wav" });
    await row.getByRole("button", { name: /^Options/ }).click();
    assert.equal(
      await row.getByRole("button", { name: "Move down" }).getAttribute("aria-disabled"),
      "true",
    );
    await row.getByRole("button", { name: "Move up" }).click();
    await waitForOrder("abdc");
    await row.getByRole("button", { name: /^Options/ }).click();

    const from = await middleOf(handle("c.wav"));
    const to = await middleOf(handle("b.wav"));
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y + 3, { steps: 4 });
    await page.locator(".is-target-before h3", { hasText: "b.wav" }).waitFor();
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await waitForOrder("abdc");
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await waitForOrder("acbd");
    await handle("a.wav").press("End");
    await waitForOrder("cbda");

    await page.reload();
    await page.getByText("it needs this file again").first().waitFor();
    assert.deepEqual(await readNames(page), ["c.wav", "b.wav", "d.wav", "a.wav"]);
    await chooseAgain();
    await page.getByRole("button", { name: "Convert 4 files to MP3" }).click();
    await page.getByRole("button", { name: "Download a.wav" }).waitFor();
    // Three are sent at a time.
    assert.equal(service.uploads[3]?.fileName, "a.wav");
  });

  test("the tracks of a file stay before the files that were chosen with it", async () => {
    const { page } = await rig.open();
    await signInTo(page);
    const path = join(rig.directory, "talk.mkv");
    const tones = [440, 1000, 2000].map((hertz) => `-f lavfi -i sine=${hertz}:d=1`).join(" ");
    const maps = "-map 0:a -map 1:a -map 2:a -map 3:v -c:a flac -ac 2 -c:v rawvideo";
    await generate(`${tones} -f lavfi -i color=d=1 ${maps} ${path}`);
    const others = ["a.wav", "b.wav"].map((name) => join(rig.directory, name));
    for (const other of others) await writeFile(other, Buffer.alloc(5000));
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([path, ...others]);
    const row = page.getByRole("listitem", { name: "talk.mkv" });
    await row.getByRole("button", { name: /^Options/ }).click();
    await row.getByLabel("Audio track").selectOption("all");
    const inOrder = [
      "talk (Track 1).mkv",
      "talk (Track 2).mkv",
      "talk (Track 3).mkv",
      "a.wav",
      "b.wav",
    ];
    await page.getByRole("heading", { name: "talk (Track 3).mkv" }).waitFor();
    assert.deepEqual(await readNames(page), inOrder);
    await page.reload();
    await page.getByText("it needs this file again").first().waitFor();
    assert.deepEqual(await readNames(page), inOrder);
  });

  test("a finger drags a draft", async () => {
    const { page } = await rig.open({ hasTouch: true, viewport: { width: 320, height: 700 } });
    await signInTo(page);
    await choose(page, ["a.wav", "b.wav", "c.wav"]);
    const from = await middleOf(page.getByRole("button", { name: "Move a.wav" }));
    const to = await middleOf(page.getByRole("button", { name: "Move c.wav" }));
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", y?: number) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: y === undefined ? [] : [{ x: from.x, y }],
      });
    await touch("touchStart", from.y);
    for (let step = 1; step <= 5; step++) {
      await touch("touchMove", from.y + ((to.y - from.y) * step) / 5);
    }
    await page.locator(".is-target-after h3", { hasText: "c.wav" }).waitFor();
    await touch("touchEnd");
    await waitUntil(
      page,
      `document.querySelector(".rows li:last-child h3").textContent === "a.wav"`,
    );
    assert.deepEqual(await readNames(page), ["b.wav", "c.wav", "a.wav"]);
  });

  test("files of a dropped folder are opened again after a refresh", async () => {
    const { page, service } = await rig.open();
    const album = join(rig.directory, "album");
    await mkdir(join(album, "disc 2"), { recursive: true });
    await writeFile(join(album, "one.mp4"), await makeVideo(8));
    await writeFile(join(album, "disc 2", "two.mp4"), await makeVideo(16));
    await signInTo(page);
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [album], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    }
    await page.getByRole("button", { name: "Convert 2 files to MP3" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "two.mp4" }).waitFor();
    await page.getByRole("button", { name: "Convert 2 files to MP3" }).click();
    await page.getByRole("button", { name: "Download one.mp4" }).waitFor();
    await page.getByRole("button", { name: "Download two.mp4" }).waitFor();
    assert.equal(service.uploads.length, 2);
  });
});
