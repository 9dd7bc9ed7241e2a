import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { z } from "zod";
import {
  convertButton,
  filePicker,
  openOptions,
  openPage,
  openPageFixture,
  type PageFixture,
  rowOf,
  signIn,
  VISITOR,
} from "./page-fixture.ts";
import { makeVideo } from "./page-videos.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const AxeResult = z.object({
  violations: z.array(
    z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
  ),
});

const LOOKS = (["light", "dark"] as const).flatMap((colorScheme) =>
  [320, 1280].map((width) => ({ colorScheme, width })),
);

suite("accessibility", () => {
  let fixture: PageFixture;
  before(async () => {
    fixture = await openPageFixture();
    await makeVideo(join(fixture.directory, "talk.mp4"), 6);
    await makeVideo(join(fixture.directory, "held up.mp4"), 6);
    await writeFile(join(fixture.directory, "letter.mp4"), "Dear Sir or Madam, ".repeat(9999));
  });
  after(() => fixture?.[Symbol.asyncDispose]());

  async function check(page: Page, screen: string) {
    await page.evaluate(await readFile(AXE, "utf8"));
    const answer = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(RULES)} })`);
    const { violations } = AxeResult.parse(answer);
    assert.deepEqual(
      violations.map(({ id, help, nodes }) => [id, help, nodes.map(({ html }) => html)]),
      [],
      `axe on "${screen}"`,
    );
    const hiddenWidth = await page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.ok(hiddenWidth <= 0, `"${screen}" scrolls sideways`);
  }

  for (const { colorScheme, width } of LOOKS) {
    test(`holds on every screen, ${colorScheme}, ${width} px wide`, async () => {
      const visitor = await fixture.browser.newContext({
        ...VISITOR,
        colorScheme,
        viewport: { width, height: 800 },
        // While colours change, there is no contrast to measure.
        reducedMotion: "reduce",
      });
      const { page } = await openPage(fixture, visitor);
      await page.goto(fixture.siteUrl);
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await check(page, "sign in");
      await page.getByLabel("Email").fill(fixture.user.email);
      await page.getByLabel("Password").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByText("Email or password is wrong").waitFor();
      await check(page, "wrong password");

      await signIn(page, fixture);
      await check(page, "nothing chosen");
      const paths = ["talk.mp4", "letter.mp4"].map((name) => join(fixture.directory, name));
      await filePicker(page).setInputFiles(paths);
      await check(page, "files that wait");
      await (await openOptions(page, "talk.mp4")).getByText("of audio instead").waitFor();
      await rowOf(page, "talk.mp4").getByLabel("Podcast loudness").check();
      await check(page, "options");
      await rowOf(page, "talk.mp4").getByLabel("Start at").fill("soon");
      await page.getByText("for example 1:30").waitFor();
      await check(page, "impossible options");
      await rowOf(page, "talk.mp4").getByLabel("Start at").fill("");
      await convertButton(page).click();
      const play = rowOf(page, "talk.mp4").getByRole("button", { name: /^Play/ });
      await play.click({ timeout: 120_000 });
      await rowOf(page, "talk.mp4").locator("audio").waitFor();
      await rowOf(page, "letter.mp4")
        .getByText("is text, not a recording")
        .waitFor({ timeout: 120_000 });
      await check(page, "one done, one failed");

      await page.route(/\/sources\//, () => {});
      await filePicker(page).setInputFiles(join(fixture.directory, "held up.mp4"));
      await convertButton(page).click();
      await rowOf(page, "held up.mp4").getByText("Sending").waitFor();
      await check(page, "sending");
      await rowOf(page, "held up.mp4").getByRole("button", { name: "Cancel" }).click();
      await rowOf(page, "talk.mp4")
        .getByRole("button", { name: /^Delete/ })
        .click();
      await check(page, "asking before deleting");

      await page.reload();
      await page.getByRole("heading", { name: "Earlier" }).waitFor();
      await page.getByRole("button", { name: /^Play/ }).first().click();
      await page.locator("audio").waitFor();
      await check(page, "earlier conversions");
      await visitor.close();
    });
  }
});
