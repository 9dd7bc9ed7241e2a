import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, suite, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { outcomes } from "../../contract/texts/en.ts";
import { LIST_SMALL_TARGETS } from "../harness/check-screen.ts";
import { makeWave, openPageRig, type PageRig, signInTo, waitUntil } from "../harness/page-rig.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

suite("what is decided about one file", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  const openWave = async (page: Page) => {
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({
        name: "talk.wav",
        mimeType: "audio/wav",
        buffer: makeWave(20),
      });
    await page.getByRole("button", { name: /^Options/ }).click();
    await page.getByRole("slider", { name: "End" }).waitFor();
  };
  const drag = async (page: Page, handle: Locator, toSeconds: number) => {
    const box = await page.locator(".waveform-picture").boundingBox();
    const from = await handle.boundingBox();
    assert(box && from);
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + (box.width * toSeconds) / 20, box.y + 10, { steps: 4 });
    await page.mouse.up();
  };

  test("nothing slides away under the pointer while the waveform is drawn", async () => {
    const { page } = await rig.open();
    await signInTo(page);
    // Where a switch below it is in each frame.
    await page.evaluate(`{
      const places = (window.places = new Set());
      const look = () => {
        const panel = document.querySelector("fieldset.options");
        const below = panel?.querySelector("input[role=switch]");
        if (below && /Drawing|Play selection/.test(panel.textContent)) {
          const { top } = below.getBoundingClientRect();
          places.add(Math.round(top - panel.getBoundingClientRect().top));
        }
        requestAnimationFrame(look);
      };
      look();
    }`);
    await openWave(page);
    await page.getByRole("button", { name: "Play selection" }).waitFor();
    assert.equal(await page.evaluate("places.size"), 1);
  });

  test("a piece is chosen by mouse, finger, keys or numbers, is played, and is sent", async () => {
    const { page, service } = await rig.open({ hasTouch: true });
    await signInTo(page);
    await openWave(page);
    const start = page.getByRole("slider", { name: "Start" });
    const end = page.getByRole("slider", { name: "End" });
    const fields = async () => [
      await page.getByLabel("Start at").inputValue(),
      await page.getByLabel("Stop at").inputValue(),
    ];
    assert.deepEqual(await fields(), ["", ""]);
    // It is drawn: the tone is loud in every column.
    await waitUntil(
      page,
      `document.querySelector(".waveform path").getAttribute("d").match(/v[2-9]\\d/g)?.length > 450`,
    );

    await drag(page, start, 5);
    await drag(page, end, 6);
    const [from, to] = await fields();
    assert.match(from ?? "", /^0:0(4\.9|5|5\.1)/);
    assert.match(to ?? "", /^0:0(5\.9|6|6\.1)/);

    await start.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowRight");
    await end.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("PageDown");
    assert.deepEqual(await fields(), ["0:01.1", "0:10"]);
    assert.equal(await start.getAttribute("aria-valuetext"), "0:01.1");

    // The fields move the handles.
    await page.getByLabel("Stop at").fill("0:02");
    assert.equal(await end.getAttribute("aria-valuenow"), "2");

    const touch = await page.context().newCDPSession(page);
    const box = await page.locator(".waveform-picture").boundingBox();
    const grip = await end.boundingBox();
    assert(box && grip);
    const y = grip.y + grip.height / 2;
    const at = (x: number) => ({ touchPoints: [{ x, y }] });
    await touch.send("Input.dispatchTouchEvent", {
      type: "touchStart",
      ...at(grip.x + grip.width / 2),
    });
    await touch.send("Input.dispatchTouchEvent", {
      type: "touchMove",
      ...at(box.x + (box.width * 1.7) / 20),
    });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await waitUntil(
      page,
      `/^0:01\\.[678]$/.test(document.querySelectorAll(".option-fields input")[1].value)`,
    );

    await page.getByLabel("Stop at").fill("0:02");
    await page.getByRole("button", { name: "Play selection" }).click();
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
    await page.getByRole("button", { name: "Play selection" }).waitFor();
    const stoppedAt = await page.evaluate<number>(
      `document.querySelector(".waveform audio").currentTime`,
    );
    assert.ok(stoppedAt >= 2 && stoppedAt < 2.3, `it stops at ${stoppedAt} s`);

    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Download talk.wav" }).waitFor();
    assert.deepEqual(service.uploads[0]?.options, {
      quality: "v2",
      startSeconds: 1.1,
      endSeconds: 2,
    });
  });

  test("tags and a frame of the video go along with the job", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const video = await page.evaluate<string>(RECORD_RED_VIDEO);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({
        name: "red.webm",
        mimeType: "video/webm",
        buffer: Buffer.from(video, "base64"),
      });
    await page.getByRole("button", { name: /^Options/ }).click();
    await page.getByRole("button", { name: "Title, artist, cover, file name" }).click();
    await page.getByLabel("Title").fill("Red");
    await page.getByLabel("File name").fill("my red");
    await page.getByLabel("Time of the frame").fill("soon");
    await page.getByRole("button", { name: "Use this frame" }).click();
    await page.getByText("Write the time as minutes and seconds").waitFor();
    await page.getByLabel("Time of the frame").fill("0:00.2");
    await page.getByRole("button", { name: "Use this frame" }).click();
    await page.getByAltText("Chosen cover").waitFor();
    // A picture that is no picture leaves the cover as it is.
    await page.locator(".cover-field input[type=file]").setInputFiles({
      name: "letter.png",
      mimeType: "image/png",
      buffer: Buffer.from("Dear Sir or Madam"),
    });
    await page.getByText("This picture can’t be read.").waitFor();
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByRole("button", { name: "Download my red.mp3" }).waitFor();
    const [upload] = service.uploads;
    assert.deepEqual(upload?.options.tags, { title: "Red", fileName: "my red" });
    assert.match(upload?.cover ?? "", /^\/9j\//);
    const pixel = await page.evaluate<number[]>(
      READ_FIRST_PIXEL.replace("BASE64", upload?.cover ?? ""),
    );
    assert.ok((pixel[0] ?? 0) > 200 && (pixel[1] ?? 255) < 60, `the cover is ${pixel}`);
  });

  test("a file whose end is missing is converted if the user asks for it", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    const { finish } = service;
    const failure = { code: "truncated", message: outcomes.failures.truncated } as const;
    service.finish = (job) =>
      job.options.acceptIncomplete ? finish(job) : { state: "failed", failure };
    await openWave(page);
    await page.locator(".option-fields").getByLabel("Quality").selectOption("v0");
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    await page.getByText(failure.message, { exact: true }).waitFor();
    await page.getByRole("button", { name: "Convert it anyway" }).click();
    await page.getByRole("button", { name: "Download talk.wav" }).waitFor();
    assert.deepEqual(
      service.uploads.map(({ options }) => options),
      [{ quality: "v0" }, { quality: "v0", acceptIncomplete: true }],
    );
  });

  for (const theme of ["Light", "Dark"]) {
    test(`has nothing for axe to find, ${theme}, and fits a phone`, async () => {
      const { page, service } = await rig.open({
        viewport: { width: 320, height: 700 },
        reducedMotion: "reduce",
        colorScheme: theme === "Light" ? "dark" : "light",
      });
      service.addFinished("first.mp4");
      service.addFinished("second.mp4");
      await page.getByLabel("Theme").selectOption(theme);
      await page.reload();
      assert.equal(await page.getByLabel("Theme").inputValue(), theme.toLowerCase());
      const paper = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      assert.equal(paper, theme === "Light" ? "rgb(250, 248, 245)" : "rgb(23, 20, 18)");
      await signInTo(page);
      await openWave(page);
      await page.getByRole("button", { name: "Select", exact: true }).click();
      const tick = await page.getByRole("checkbox", { name: "first.mp4" }).boundingBox();
      const name = await page.getByRole("heading", { name: "first.mp4" }).boundingBox();
      assert(tick && name);
      assert.ok(tick.y + tick.height > name.y, "the tick is beside the name, not above it");
      await page.getByRole("button", { name: "Which emails" }).click();
      await page.getByLabel("One for each video").waitFor();
      await page.evaluate(await readFile(AXE, "utf8"));
      const found = await page.evaluate<string[]>(
        "axe.run().then(({ violations }) => violations.map(({ id, help }) => id + ': ' + help))",
      );
      assert.deepEqual(found, []);
      const hidden = await page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.ok(hidden <= 0, "nothing scrolls sideways");
      assert.deepEqual(await page.evaluate<string[]>(LIST_SMALL_TARGETS), []);
    });
  }
});

/** Scripts for the page; this directory is checked without the browser's types. */
const RECORD_RED_VIDEO = `(async () => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let at = 0; at < 20; at++) {
    pen.fillStyle = at % 2 ? "#f00" : "#fe0000";
    pen.fillRect(0, 0, 64, 64);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await ended;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
})()`;
const READ_FIRST_PIXEL = `(async () => {
  const bytes = Uint8Array.from(atob("BASE64"), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  return [...pen.getImageData(5, 5, 1, 1).data];
})()`;
