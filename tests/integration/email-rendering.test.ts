import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { composeEmail } from "../../functions/notifier/email.ts";
import { makeJob } from "../fakes/jobs.ts";
import { launchBrowser } from "../harness/browser.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const links = {
  download: `https://tapes.test/api/download?token=${"a".repeat(400)}`,
  downloadEndsAt: new Date("2026-12-03T08:00:00Z"),
  keptUntil: new Date("2026-12-26T08:00:00Z"),
  page: "https://tapes.test",
  unsubscribe: "https://tapes.test/unsubscribe?token=u",
};
const fileName = `${"a-name-without-any-space-".repeat(10)}.mp4`;
const outcomes = {
  completed: makeJob({
    state: "completed",
    fileName,
    result: { title: "W".repeat(200), durationSeconds: 3723, sizeBytes: 58_123_456 },
  }),
  failed: makeJob({ state: "failed", fileName, failure: { code: "truncated" } }),
};

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

for (const [state, job] of Object.entries(outcomes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the email about a ${state} job fits a telephone and can be read, ${colorScheme}`, async () => {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 360, height: 800 },
      });
      const page = await context.newPage();
      await page.setContent(composeEmail(job, links).html);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
      const cardLeft = (await page.locator(".card").boundingBox())?.x ?? 0;
      assert(cardLeft >= 12, `The text begins ${cardLeft} px from the edge.`);
      await page.addScriptTag({ path: AXE });
      const faults = await page.evaluate(
        "axe.run({ runOnly: ['color-contrast'] })" +
          ".then(({ violations }) => violations.flatMap(({ nodes }) => nodes.map(({ html }) => html)))",
      );
      assert.deepEqual(faults, []);
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      assert.equal(background, colorScheme === "dark" ? "rgb(23, 20, 18)" : "rgb(250, 248, 245)");
      await context.close();
    });
  }
}
