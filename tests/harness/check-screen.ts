import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Language } from "../../contract/texts/languages.ts";
import { CATALOGUES, listTexts, write } from "../fakes/catalogues.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [320, 768, 1280];
const THEMES = ["light", "dark"] as const;

/**
 * Checks the screen at three widths and in both themes: axe finds nothing, nothing is cut off or too small
 * for a finger, and nothing is in English unless `language` is.
 */
export async function checkScreen(page: Page, language: Language, screen: string): Promise<void> {
  if (await page.evaluate("typeof axe === 'undefined'")) {
    await page.evaluate(await readFile(AXE, "utf8"));
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const where = `"${screen}" at ${width} px in ${language}`;
    assert.deepEqual(await page.evaluate(FIND_HIDDEN), [], `${where} is cut off`);
    assert.deepEqual(await page.evaluate(LIST_SMALL_TARGETS), [], `small targets on ${where}`);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      // Themes differ only in colours.
      const rules =
        colorScheme === "light"
          ? { type: "tag", values: RULES }
          : { type: "rule", values: ["color-contrast"] };
      const found = await page.evaluate(FIND_VIOLATIONS.replace("RULES", JSON.stringify(rules)));
      assert.deepEqual(found, [], `axe on ${where}, ${colorScheme}`);
    }
  }
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

/** Returns whether `text` has these words as whole words. */
const holds = (text: string, words: string) => {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const around = [text[at - 1] ?? " ", text[at + words.length] ?? " "];
    if (around.every((letter) => !/[\p{L}\p{N}-]/u.test(letter))) return true;
  }
  return false;
};

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

/** While colours change, there is no contrast to measure. */
const FIND_VIOLATIONS = `(async () => {
  await new Promise(requestAnimationFrame);
  await Promise.allSettled(
    document.getAnimations().filter((it) => it instanceof CSSTransition).map(({ finished }) => finished),
  );
  const { violations } = await axe.run({ runOnly: RULES, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html).join());
})()`;

/** What a finger may miss: a target is a label where one is around its control. */
export const LIST_SMALL_TARGETS = `[...document.querySelectorAll("a, button, input, select, summary")]
  .map((control) => [control, (control.closest("label:not(.field)") ?? control)])
  .map(([control, target]) => [control, target.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) > 1)
  .filter(([, { width, height }]) => Math.min(width, height) < 44)
  .map(([control, { width, height }]) => control.outerHTML + " " + width + " × " + height)`;
