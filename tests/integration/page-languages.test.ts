import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { LANGUAGES, type Language } from "../../contract/texts/languages.ts";
import { CATALOGUES, listTexts, write } from "../fakes/catalogues.ts";
import { eventually } from "../harness/eventually.ts";
import { openPageRig, type PageRig, waitUntil } from "../harness/page-rig.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SAMPLE = join(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const WIDTHS = [320, 768, 1280];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

suite("the page in each language", () => {
  let rig: PageRig;
  let sample: Buffer;
  before(async () => {
    sample = await readFile(SAMPLE);
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  const choose = (page: Page, ...names: string[]) =>
    page
      .locator("input[type=file]")
      .first()
      .setInputFiles(
        names.map((name, at) => ({
          name,
          mimeType: "video/mp4",
          buffer: name.startsWith("0")
            ? Buffer.alloc(0)
            : Buffer.concat([sample, Buffer.alloc(8 * at)]),
        })),
      );

  for (const [language, { direction }] of Object.entries(LANGUAGES)) {
    test(`every screen: ${language}`, async () => {
      const { page, service } = await rig.open({ locale: language });
      const texts = CATALOGUES[language as Language];
      const check = (screen: string) => checkScreen(page, language as Language, screen);
      addHistory(service);
      await page.locator(`html[lang=${language}][dir=${direction}]`).waitFor();
      await page.getByRole("heading", { name: texts.introduction.title }).waitFor();
      await check("sign in");
      await page.locator("[name=email]").fill("ann@example.org");
      await page.locator("[name=password]").fill("wrong");
      await page.keyboard.press("Enter");
      await page.locator("#sign-in-fault").waitFor();
      await check("wrong password");

      await page.locator("[name=password]").fill("right");
      await page.keyboard.press("Enter");
      await page.locator(".history .row").first().waitFor();
      await page.locator(".history .tools > button").click();
      await page.locator(".tools-many > button").first().click();
      await page.locator(".account-setting > button").first().click();
      await page.locator(".account-setting [type=radio]").nth(1).click();
      await page.getByText(texts.emails.saved, { exact: true }).waitFor();
      await check("history and settings");

      await choose(page, "01 empty.mp4", "1.mp4", "2.mp4", "3.mp4");
      await page.locator(".batch").waitFor();
      await page.locator(".batch .summary").click();
      await page.locator(".row .summary").first().click();
      await page.locator(".options .summary").click();
      await page.locator(".waveform").waitFor();
      await check("drafts");
      await page.locator(".options [type=text]").first().fill("soon");
      await page.locator(".options .fault").waitFor();
      await check("a time that can't be used");
      if (direction === "rtl") await checkRightToLeft(page);
      await page.locator(".options [type=text]").first().fill("");

      // The first arrives and is converted for ever, the second is refused, the third never arrives.
      const sent: (string | undefined)[] = [];
      service.finish = () => ({
        state: "converting",
        progress: { fraction: 0.42, audioSeconds: 10 },
      });
      service.intercept = (call) => {
        if (!call.startsWith("PUT /storage")) return undefined;
        const jobId = call.split("/").at(-1);
        if (!sent.includes(jobId)) sent.push(jobId);
        if (jobId === sent[0]) return undefined;
        return jobId === sent[1] ? { status: 403 } : new Promise(() => {});
      };
      await page.locator(".batch .primary").click();
      await page.locator(".progress.is-conversion progress[value]").waitFor();
      await page.locator(".progress.is-upload").first().waitFor();
      await page.locator(".callout").getByText(texts.faults.storageRefused).waitFor();
      await check("sending, converting and stopped");

      const [running] = service.jobs.filter(({ state }) => state === "converting");
      assert.ok(running);
      Object.assign(running, {
        state: "failed",
        failure: { code: "too-long", message: "In English." },
      });
      await page.locator(".callout").getByText(texts.failures["too-long"]).waitFor();
      await check("failed");
    });
  }

  test("another language is chosen, follows at once, and is remembered", async () => {
    const { page } = await rig.open({ locale: "en-GB" });
    await page.locator("[name=email]").fill("ann@example.org");
    await page.locator("[name=password]").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Email or password is wrong.").waitFor();
    await page.getByLabel("Language").selectOption("de");
    await page.getByText(CATALOGUES.de.faults.wrongPassword).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: CATALOGUES.de.signIn.title }).waitFor();
    await page.getByLabel(CATALOGUES.de.footer.language).selectOption("browser");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.locator("html[lang=en]").waitFor();
  });

  test("the sign-in form needs 60 kB at most, in the largest language, too", async () => {
    const html = await readFile(join(rig.siteDirectory, "index.html"), "utf8");
    const named = [...html.matchAll(/"\.\/(assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? []);
    assert.ok(named.length >= 3, named.join());
    const measure = async (path: string) =>
      gzipSync(await readFile(join(rig.siteDirectory, path)), { level: 9 }).length;
    const first = await Promise.all(["index.html", ...named].map(measure));
    const assets = await readdir(join(rig.siteDirectory, "assets"));
    const catalogues = assets.filter((name) => name.startsWith("texts-"));
    assert.equal(catalogues.length, Object.keys(LANGUAGES).length - 1);
    const largest = Math.max(
      ...(await Promise.all(catalogues.map((name) => measure(`assets/${name}`)))),
    );
    const bytes = first.reduce((sum, size) => sum + size, largest);
    assert.ok(bytes <= 60_000, `${bytes} bytes`);
  });

  test("the language that is shown becomes that of emails, and the choice of emails stays", async () => {
    const { page, service } = await rig.open({ locale: "de-AT" });
    service.settings = { emails: "failures" };
    await page.locator("[name=email]").fill("ann@example.org");
    await page.locator("[name=password]").fill("right");
    await page.keyboard.press("Enter");
    await eventually(async () => service.settings.language === "de" || undefined);
    await page.getByLabel(CATALOGUES.de.footer.language).selectOption("fr");
    await eventually(async () => service.settings.language === "fr" || undefined);
    assert.equal(service.settings.emails, "failures");
  });

  test("a language that can't be fetched leaves the page in English", async () => {
    const { page, service } = await rig.open({ locale: "ja", serviceWorkers: "block" });
    service.intercept = (call) => (/\/assets\/texts/.test(call) ? { status: 404 } : undefined);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const choice = page.getByLabel("Language");
    await choice.selectOption("ar");
    await waitUntil(page, `document.querySelectorAll("footer select")[1].value === "browser"`);
    service.intercept = () => undefined;
    await choice.selectOption("de");
    await page.getByRole("heading", { name: CATALOGUES.de.signIn.title }).waitFor();
  });
});

/** Jobs that ended in all the ways about which there is something to say. */
function addHistory(service: {
  addFinished: Awaited<ReturnType<PageRig["open"]>>["service"]["addFinished"];
}) {
  const message = "In English.";
  service.addFinished("4.mp4");
  const incomplete = service.addFinished("5.mp4", { emailFailure: { message } });
  Object.assign(incomplete.result ?? {}, {
    incomplete: { reason: "gaps", missingSeconds: 12, message },
    notes: [
      { code: "down-mixed", message },
      { code: "turned-down", message },
    ],
  });
  const failed = { state: "failed", result: undefined, expiresAt: undefined } as const;
  service.addFinished("6.mp4", { ...failed, failure: { code: "damaged", message } });
  const photo = { code: "not-media", fileKind: "photo", message } as const;
  service.addFinished("7.jpg", { ...failed, failure: photo });
  service.addFinished("8.mp4", { ...failed, state: "awaiting-upload" });
}

async function checkScreen(page: Page, language: Language, screen: string) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const hidden = await page.evaluate<string[]>(FIND_HIDDEN);
    assert.deepEqual(hidden, [], `"${screen}" at ${width} px in ${language} is cut off`);
  }
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate<string[]>(
    `axe.run({ runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html).join()))`,
  );
  assert.deepEqual(found, [], `axe on "${screen}" in ${language}`);
  if (language === "en") return;
  const shown = (await page.evaluate<string[]>(READ_TEXTS)).join("\n");
  const english = listEnglish(language).filter((words) => holds(shown, words));
  assert.deepEqual(english, [], `English on "${screen}" in ${language}:\n${shown}`);
}

/** What only English has: its texts, cut where values are. */
function listEnglish(language: Language): string[] {
  const own = [...listTexts(CATALOGUES[language]).values()]
    .map((text) => write(text, 5))
    .join("\n");
  return [...listTexts(CATALOGUES.en).values(), "In English."]
    .flatMap((text) => write(text, 987_654).split(/[\d.,]*\d[\d.,]*/))
    .map((words) => words.trim())
    .filter((words) => /\p{L}{3}/u.test(words) && !holds(own, words));
}

/** Whether `text` has these words, not as a part of others. */
const holds = (text: string, words: string) => {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const around = [text[at - 1] ?? " ", text[at + words.length] ?? " "];
    if (around.every((letter) => !/[\p{L}\p{N}-]/u.test(letter))) return true;
  }
  return false;
};

/** Names come from the right, and what is done to them is at the left; time goes from left to right. */
async function checkRightToLeft(page: Page) {
  const row = page.locator(".row-line").first();
  const name = await row.locator(".row-text").boundingBox();
  const actions = await row.locator(".row-actions").boundingBox();
  assert.ok(name && actions && name.x > actions.x, "the actions are left of the name");
  const handles = page.locator(".waveform-handle");
  const [start, end] = [await handles.first().boundingBox(), await handles.last().boundingBox()];
  assert.ok(start && end && start.x < end.x, "the start is left of the end");
  await waitUntil(
    page,
    `getComputedStyle(document.querySelector(".summary > .chevron")).transform !== "none"`,
  );
}

/** Scripts for the page; this directory is checked without the browser's types. */
const READ_TEXTS = `(() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) found.push(walker.currentNode.data);
  for (const element of document.body.querySelectorAll("*")) {
    for (const name of ["aria-label", "aria-valuetext", "placeholder", "alt", "title"]) {
      found.push(element.getAttribute(name) ?? "");
    }
  }
  return found.filter((text) => text.trim() !== "");
})()`;

/** Whether the page scrolls sideways, and texts that don't fit into what holds them. */
const FIND_HIDDEN = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? ["the page: " + (scrollWidth - clientWidth)] : [];
  for (const element of document.querySelectorAll("button, label, h1, h2, p, legend")) {
    const { left, right, width } = element.getBoundingClientRect();
    if (element.closest(".visually-hidden") || width === 0) continue;
    if (left < -0.5 || right > clientWidth + 0.5) found.push(element.className + ": " + element.textContent);
  }
  return found;
})()`;
