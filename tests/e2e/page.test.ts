import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { measureLoudness } from "../media/measure-loudness.ts";
import {
  convertButton,
  filePicker,
  openOptions,
  openPage,
  openPageFixture,
  type PageFixture,
  readMp3,
  rowOf,
  signIn,
} from "./page-fixture.ts";
import { decode, makeVideo } from "./page-videos.ts";

/** Scripts for the page; this directory is checked without the browser's types. */
const PLAY_FIRST = `(async () => {
  const audio = document.querySelector("audio");
  await audio.play();
  return audio.duration;
})()`;
const READ_FOCUSED_LABEL = `(() => {
  const focused = document.activeElement;
  return focused.getAttribute("aria-label") ?? focused.labels?.[0]?.textContent ?? focused.textContent;
})()`;

suite("the page", () => {
  let fixture: PageFixture;
  before(async () => {
    fixture = await openPageFixture();
    await makeVideo(join(fixture.directory, "talk.mp4"), 12);
  });
  after(() => fixture?.[Symbol.asyncDispose]());

  test("explains a wrong password, and lets the right one in", async () => {
    const { page } = await openPage(fixture);
    await page.goto(fixture.siteUrl);
    await page.getByLabel("Email").fill(fixture.user.email);
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("Email or password is wrong").waitFor();
    await page.getByLabel("Password").fill(fixture.user.password);
    await page.keyboard.press("Enter");
    await filePicker(page).waitFor({ state: "attached" });
    await page.reload();
    await filePicker(page).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  test("converts a file, plays it and downloads it, without an error in the console", async () => {
    const { page, consoleErrors } = await openPage(fixture);
    await signIn(page, fixture);
    await filePicker(page).setInputFiles(join(fixture.directory, "talk.mp4"));
    const isSeen = (answer: { url(): string }) => answer.url().endsWith("/seen");
    const seen = page.waitForResponse(isSeen, { timeout: 120_000 });
    await convertButton(page).click();
    const path = join(fixture.directory, "talk.mp3");
    await writeFile(path, await readMp3(page, "talk.mp4"));
    const seconds = (await decode(path)).length / 44_100;
    assert.ok(Math.abs(seconds - 12) < 0.05, `the MP3 lasts ${seconds} s instead of 12 s`);
    await page.getByRole("button", { name: "Play talk.mp4" }).click();
    await page.locator("audio").waitFor();
    const playable = await page.evaluate<number>(PLAY_FIRST);
    assert.ok(Math.abs(playable - 12) < 0.1, `the player shows ${playable} s`);
    assert.equal((await seen).status(), 204, "an email is spared");
    await page.reload();
    await page.getByRole("heading", { name: "Earlier" }).waitFor();
    await page.getByRole("button", { name: "Play" }).first().click();
    await page.locator("audio").waitFor();
    assert.deepEqual(consoleErrors, []);
  });

  test("can be used from start to end by keyboard alone", async () => {
    const { page } = await openPage(fixture);
    // A test can answer only an input's picker.
    await page.addInitScript("delete window.showOpenFilePicker");
    // This comes first, because the browser has to expect the picker before it opens.
    const chooser = page.waitForEvent("filechooser");
    await page.goto(fixture.siteUrl);
    await page.locator("input[name=email]:focus").waitFor();
    await page.keyboard.type(fixture.user.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(fixture.user.password);
    await page.keyboard.press("Enter");
    await filePicker(page).waitFor({ state: "attached" });
    const tabTo = async (name: RegExp, key = "Tab") => {
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press(key);
        const label = await page.evaluate<string>(READ_FOCUSED_LABEL);
        if (name.test(label)) return;
      }
      assert.fail(`Tab never reaches ${name}`);
    };
    await tabTo(/^Choose files$/);
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(join(fixture.directory, "talk.mp4"));
    await page.getByRole("heading", { name: "Your files" }).waitFor();
    await tabTo(/^More$/);
    await page.keyboard.press("Enter");
    await tabTo(/^Podcast loudness$/);
    await page.keyboard.press("Space");
    await page.getByRole("switch", { name: "Podcast loudness", checked: true }).waitFor();
    await tabTo(/^Convert/);
    await page.keyboard.press("Enter");
    const row = rowOf(page, "talk.mp4");
    await row.getByRole("button", { name: /^Download/ }).waitFor({ timeout: 60_000 });
    await tabTo(/^Download/);
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    assert.match((await download).suggestedFilename(), /\.mp3$/);
    await tabTo(/^Delete talk/);
    await page.keyboard.press("Enter");
    await page.locator("button:focus", { hasText: "Delete for good" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your files" }).waitFor({ state: "detached" });
  });

  test("takes five files at once, with an option for one of them", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    const names = ["one.mp4", "two.mp4", "three.mp4", "four.mp4", "five.mp4"];
    const paths = names.map((name) => join(fixture.directory, name));
    for (const [index, path] of paths.entries()) await makeVideo(path, 4 + index);
    await filePicker(page).setInputFiles(paths);
    await (await openOptions(page, "five.mp4")).getByLabel("Stop at").fill("0:02");
    await page.getByRole("button", { name: "Convert 5 files" }).click();
    for (const [index, name] of names.entries()) {
      const seconds = name === "five.mp4" ? 2 : 4 + index;
      await rowOf(page, name)
        .getByText(new RegExp(`MP3 · 0:0${seconds}`))
        .waitFor({ timeout: 60_000 });
    }
  });

  test("brings a quiet file to the loudness of podcasts, and the next one too", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    const names = ["quiet.mp4", "quiet too.mp4"];
    for (const name of names) {
      const path = join(fixture.directory, name);
      await makeVideo(path, 6, ["-af", "volume=-12dB"]);
      assert.ok((await measureLoudness(path)) < -20);
      await filePicker(page).setInputFiles(path);
      // The second file has the option that was switched on for the first.
      const option = (await openOptions(page, name)).getByLabel("Podcast loudness");
      if (name === names[0]) await option.check();
      assert.ok(await option.isChecked());
    }
    await convertButton(page).click();
    for (const name of names) {
      const path = join(fixture.directory, `${name}.mp3`);
      await writeFile(path, await readMp3(page, name));
      const loudness = await measureLoudness(path);
      assert.ok(Math.abs(loudness + 16) < 0.3, `${name}: ${loudness} LUFS`);
    }
  });

  test("accepts a file dropped anywhere on the page", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    const content = await readFile(join(fixture.directory, "talk.mp4"), "base64");
    await page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob("${content}"), (char) => char.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], "dropped.mp4", { type: "video/mp4" }));
      for (const type of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true }));
      }
    })()`);
    await convertButton(page).click();
    await rowOf(page, "dropped.mp4")
      .getByRole("button", { name: /^Download/ })
      .waitFor({ timeout: 60_000 });
  });

  test("leaves another tab's file alone, and takes it over when that tab is closed", async () => {
    const { page, visitor } = await openPage(fixture);
    await signIn(page, fixture);
    await page.route(/\/sources\//, () => {});
    await filePicker(page).setInputFiles(join(fixture.directory, "talk.mp4"));
    await (await openOptions(page, "talk.mp4")).getByText("of audio instead").waitFor();
    await convertButton(page).click();
    await rowOf(page, "talk.mp4").getByText("Sending").waitFor();
    const { page: second } = await openPage(fixture, visitor);
    await signIn(second, fixture);
    const row = rowOf(second, "talk.mp4");
    await row.getByText("Another tab of this browser is sending this file").waitFor();
    // It cancels nothing in the other tab.
    assert.equal(await row.getByRole("button", { name: "Cancel" }).count(), 0);
    await page.close();
    await row.getByRole("button", { name: /^Download/ }).waitFor({ timeout: 60_000 });
  });

  test("a failed file gets its options back, and a refresh doesn't lose them", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    await filePicker(page).setInputFiles(join(fixture.directory, "talk.mp4"));
    await (await openOptions(page, "talk.mp4")).getByLabel("Start at").fill("50:00");
    await convertButton(page).click();
    const row = rowOf(page, "talk.mp4");
    await row.getByRole("button", { name: "Change options" }).click({ timeout: 60_000 });
    assert.equal(await page.getByLabel("Start at").inputValue(), "50:00");
    await page.getByLabel("Start at").fill("0:01");
    await page.reload();
    await row.getByText("Your options are kept").waitFor();
    await filePicker(page).setInputFiles(join(fixture.directory, "talk.mp4"));
    await openOptions(page, "talk.mp4");
    assert.equal(await page.getByLabel("Start at").inputValue(), "0:01");
    await convertButton(page).click();
    await row.getByRole("button", { name: /^Download/ }).waitFor({ timeout: 60_000 });
  });

  test("says that a file isn't a video, and what to do", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    const path = join(fixture.directory, "letter.mp4");
    await writeFile(path, "Dear Sir or Madam, ".repeat(9999));
    await filePicker(page).setInputFiles(path);
    await convertButton(page).click();
    await rowOf(page, "letter.mp4")
      .getByText("is text, not a recording")
      .waitFor({ timeout: 60_000 });
  });

  test("explains impossible times before anything is sent", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    await filePicker(page).setInputFiles(join(fixture.directory, "talk.mp4"));
    await openOptions(page, "talk.mp4");
    await page.getByLabel("Start at").fill("0:09");
    await page.getByLabel("Stop at").fill("0:03");
    await page.getByText("The end must come after the start.").waitFor();
    await convertButton(page).click({ force: true });
    await page.getByLabel("Start at").waitFor();
  });
});
