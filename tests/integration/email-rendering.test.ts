import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { z } from "zod";
import { isLanguage, LANGUAGES, type Language } from "../../contract/texts/languages.ts";
import { composeDigest, composeEmail } from "../../functions/notifier/email.ts";
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

const Edges = z.object({ left: z.number(), right: z.number() });

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const EMAILS = {
  completed: (language: Language) => composeEmail(outcomes.completed, links, language),
  failed: (language: Language) => composeEmail(outcomes.failed, links, language),
  digest: (language: Language) => composeDigest(Object.values(outcomes), links, language),
};

for (const language of Object.keys(LANGUAGES).filter(isLanguage)) {
  for (const [kind, compose] of Object.entries(EMAILS)) {
    test(`the ${kind} email fits a telephone and can be read in light and dark: ${language}`, async () => {
      for (const colorScheme of ["light", "dark"] as const) {
        await checkEmail(compose(language).html, { language, colorScheme });
      }
    });
  }
}

async function checkEmail(
  html: string,
  { language, colorScheme }: { language: Language; colorScheme: "light" | "dark" },
) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  await page.setContent(html);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
  const card = await page.locator(".card").boundingBox();
  assert(card);
  const edges = { left: card.x, right: 360 - card.x - card.width };
  assert(edges.left >= 12 && edges.right >= 12, JSON.stringify(edges));
  // Lines start on the side where the language's lines start.
  const heading = await page.evaluate(`(() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("h1"));
    const { left, right } = range.getBoundingClientRect();
    return { left, right: innerWidth - right };
  })()`);
  const { left, right } = Edges.parse(heading);
  const isAtStart = LANGUAGES[language].direction === "rtl" ? right < 40 : left < 40;
  assert(isAtStart, JSON.stringify(heading));
  await page.addScriptTag({ path: AXE });
  const faults = await page.evaluate(
    "axe.run({ runOnly: ['color-contrast', 'html-has-lang', 'document-title'] })" +
      ".then(({ violations }) => violations.flatMap(({ nodes }) => nodes.map(({ html }) => html)))",
  );
  assert.deepEqual(faults, []);
  const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
  assert.equal(background, colorScheme === "dark" ? "rgb(23, 20, 18)" : "rgb(250, 248, 245)");
  await context.close();
}
