import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { createFormat } from "../../contract/texts/format.ts";
import {
  findLanguage,
  findLocale,
  LANGUAGES,
  type Language,
} from "../../contract/texts/languages.ts";
import { CATALOGUES, listTexts, write } from "../fakes/catalogues.ts";

/** Numbers that need every plural form of every language. */
const COUNTS = [0, 1, 2, 5, 11, 100, 1_000_000];

suite("the languages of the page", () => {
  test("have each plural form of their grammar", () => {
    for (const [language, { pluralForms }] of Object.entries(LANGUAGES)) {
      const asked = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      assert.deepEqual([...pluralForms].sort(), [...asked].sort(), language);
    }
  });

  for (const [language, texts] of Object.entries(CATALOGUES)) {
    test(`write every text for every count: ${language}`, () => {
      for (const [name, text] of listTexts(texts)) {
        for (const count of COUNTS) {
          const written = write(text, count);
          assert.ok(written.trim().length > 0, `${name} is empty for ${count}`);
          assert.doesNotMatch(written, /undefined|NaN|#|\$\{|\s\s/, `${name} for ${count}`);
        }
      }
    });
  }

  test("are translated, except for words that are the same", () => {
    const english = listTexts(CATALOGUES.en);
    const same = Object.entries(CATALOGUES)
      .filter(([language]) => language !== "en")
      .flatMap(([language, texts]) =>
        [...listTexts(texts)]
          .filter(([name, text]) => {
            const words = write(text, 5).replace(/[\d\s\p{P}\p{Cf}]/gu, "");
            const inEnglish = english.get(name);
            assert.notEqual(inEnglish, undefined, name);
            return words !== "" && write(text, 5) === write(inEnglish ?? "", 5);
          })
          .map(([name]) => `${language} ${name}`),
      );
    assert.deepEqual(same.sort(), SAME_IN_ENGLISH);
  });

  test("are chosen by what the browser prefers, with its region's dates", () => {
    assert.equal(findLanguage(["pt-BR", "de-AT", "en"]), "de");
    assert.equal(findLanguage(["nl", "pt"]), "en");
    assert.equal(findLanguage([]), "en");
    assert.equal(findLocale("en", ["de", "en-GB"]), "en-GB");
    assert.equal(findLocale("ja", ["de", "en-GB"]), "ja");
    const day = "2025-11-16T12:00:00.000Z";
    const now = new Date("2026-11-22T12:00:00.000Z");
    assert.equal(createFormat("en", "en-GB").day(day, now), "16 Nov 2025");
    assert.equal(createFormat("de", "de-AT").day(day, now), "16. Nov. 2025");
  });

  test("write sizes in the language's own way", () => {
    const size = (language: Language) => CATALOGUES[language].format.size(1_234_000);
    assert.equal(size("de").replace(/\s/, " "), "1,2 MB");
    assert.equal(size("fr").replace(/\s/, " "), "1,2 Mo");
    assert.match(size("ar"), /^1\.2/, "the digits that times are typed in");
  });

  test("keep a name in the other direction from reordering the sentence", () => {
    const { en, ar } = CATALOGUES;
    assert.equal(en.format.isolate("talk.mp4"), "talk.mp4");
    assert.equal(en.format.isolate("محاضرة.mp4"), "\u2068محاضرة.mp4\u2069");
    assert.equal(ar.format.isolate("talk.mp4"), "\u2068talk.mp4\u2069");
    assert.equal(
      ar.format.facts(["a", undefined, false, "", "b"]),
      "\u2068a\u2069 · \u2068b\u2069",
    );
  });

  test("put French punctuation after spaces that don't break", () => {
    for (const [name, text] of listTexts(CATALOGUES.fr)) {
      assert.doesNotMatch(write(text, 5), /[ \p{L}][;!?»]| :|\p{L}:(?!\d)|«[^\u00a0]/u, name);
    }
  });

  test("are all in the manifest, and on the page without JavaScript", async () => {
    const read = (path: string) => readFile(new URL(`../../web/${path}`, import.meta.url), "utf8");
    const manifest = JSON.parse(await read("public/manifest.webmanifest"));
    const html = await read("index.html");
    assert.equal(manifest.description, CATALOGUES.en.introduction.title);
    for (const [language, { direction }] of Object.entries(LANGUAGES)) {
      if (language === "en") continue;
      const { title } = CATALOGUES[language as Language].introduction;
      const { [language]: localized } = manifest.description_localized;
      assert.equal(localized.value ?? localized, title);
      assert.ok(html.includes(`<p lang="${language}" dir="${direction}">`), language);
    }
  });
});

/** Names, units and words that are the same in another language. */
const SAME_IN_ENGLISH: readonly string[] = [
  "de adding.ok",
  "de history.filters.completed",
  "de kilobits",
  "de list.shrunk",
  "de options.lufs",
  "de options.qualities.192",
  "de options.qualities.320",
  "de tags.cover",
  "de tags.fields.album",
  "de unnamedVideo",
  "de zip.fileName",
  "es kilobits",
  "es options.lufs",
  "es options.qualities.192",
  "es options.qualities.320",
  "fr adding.ok",
  "fr tags.fields.album",
  "ja adding.ok",
  "ja kilobits",
  "ja options.lufs",
  "ja options.qualities.192",
  "ja options.qualities.320",
];
