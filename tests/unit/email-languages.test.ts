import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createFormat } from "../../contract/texts/format.ts";
import { isLanguage, LANGUAGES, type Language } from "../../contract/texts/languages.ts";
import { composeDigest, composeEmail } from "../../functions/notifier/email.ts";
import { createMail } from "../../functions/notifier/mail.ts";
import { findPageTexts } from "../../functions/runtime/page-texts.ts";
import { listTexts, write } from "../fakes/catalogues.ts";
import { makeJob } from "../fakes/jobs.ts";

const languages = Object.keys(LANGUAGES).filter(isLanguage);
const COUNTS = [0, 1, 2, 5, 11, 100, 1_000_000];
const links = {
  download: "https://tapes.test/download?token=a",
  downloadEndsAt: new Date("2026-12-03T08:00:00Z"),
  keptUntil: new Date("2026-12-26T08:00:00Z"),
  page: "https://tapes.test",
  unsubscribe: "https://tapes.test/unsubscribe?token=u",
};
const completed = makeJob({
  state: "completed",
  fileName: "talk (2).mp4",
  result: {
    title: "A talk!",
    durationSeconds: 3723,
    sizeBytes: 58_123_456,
    incomplete: { reason: "gaps", missingSeconds: 12 },
    notes: [{ code: "turned-down" }],
  },
});
const failed = makeJob({ state: "failed", failure: { code: "truncated" } });

/** Words that a language shares with English. */
const SAME_IN_ENGLISH = ["de mail labels.video"];

const textsOf = (language: Language) => ({
  mail: createMail(language).texts,
  page: findPageTexts({ query: { language }, headers: {} }).texts,
});

suite("emails and the pages behind their links", () => {
  test("have every text in every language, for every count", () => {
    for (const language of languages) {
      for (const [kind, texts] of Object.entries(textsOf(language))) {
        for (const [name, text] of listTexts(texts)) {
          for (const count of COUNTS) {
            const written = write(text, count);
            assert.ok(written.trim().length > 0, `${language} ${kind} ${name} for ${count}`);
            assert.doesNotMatch(written, /undefined|NaN|#|\$\{|\s\s/, `${language} ${name}`);
          }
        }
      }
    }
  });

  test("are translated", () => {
    const english = textsOf("en");
    const same = languages
      .filter((language) => language !== "en")
      .flatMap((language) =>
        (["mail", "page"] as const).flatMap((kind) => {
          const inEnglish = listTexts(english[kind]);
          return [...listTexts(textsOf(language)[kind])]
            .filter(([name, text]) => {
              const hasWords = /\p{L}/u.test(write(text, 5));
              return hasWords && write(text, 5) === write(inEnglish.get(name) ?? "", 5);
            })
            .map(([name]) => `${language} ${kind} ${name}`);
        }),
      );
    assert.deepEqual(same, SAME_IN_ENGLISH);
  });

  test("are in one language from the subject to the last line", () => {
    for (const language of languages) {
      const { outcomes, texts } = createMail(language);
      const { subject, text, html, unsubscribe } = composeEmail(completed, links, language);
      assert.ok(subject.startsWith(texts.ready.heading), language);
      assert.ok(text.includes(outcomes.notes["turned-down"]), language);
      for (const part of [text, html]) {
        for (const sentence of [texts.footer, texts.stopEmails, texts.actions.download]) {
          assert.ok(part.includes(sentence), `${language} lacks ${sentence}`);
        }
      }
      const { direction } = LANGUAGES[language];
      assert.ok(html.startsWith(`<!doctype html><html lang="${language}" dir="${direction}">`));
      assert.ok(html.includes(`<div lang="${language}" dir="${direction}"`));
      assert.equal(unsubscribe, links.unsubscribe);
      assert.ok(
        composeEmail(failed, links, language).text.includes(outcomes.failures.truncated),
        language,
      );
    }
  });

  test("write sizes, lengths and days as their readers do", () => {
    const write = (language: Language) =>
      composeEmail(completed, links, language).text.replace(/[\u00a0\u202f]/g, " ");
    assert.match(write("en"), /1:02:03 · 58\.1 MB[\s\S]*26 December 2026/);
    assert.match(write("de"), /1:02:03 · 58,1 MB[\s\S]*etwa 12 Sekunden[\s\S]*26\. Dezember 2026/);
    assert.match(write("fr"), /58,1 Mo[\s\S]*environ 12 secondes[\s\S]*26 décembre 2026/);
    assert.match(write("ja"), /58\.1 MB[\s\S]*2026年12月26日/);
    assert.match(write("ar"), /58\.1[\s\S]*26 ديسمبر 2026/);
    assert.match(write("es"), /58,1 MB[\s\S]*26 de diciembre de 2026/);
  });

  test("keep names from changing the order of a sentence, in the subject as well", () => {
    const { subject, text, html } = composeEmail(completed, links, "ar");
    assert.equal(subject, "ملف MP3 جاهز: \u2068A talk!\u2069");
    assert.ok(text.includes("\u2068talk (2).mp4\u2069"));
    assert.ok(html.includes("<bdi>talk (2).mp4</bdi>"));
    const { html: digest } = composeDigest([completed, failed], links, "ar");
    assert.ok(digest.includes("<bdi>talk (2).mp4</bdi>"));
  });

  test("count as the language does", () => {
    const count = (language: Language, jobs: number) =>
      composeDigest(Array(jobs).fill(completed), links, language).subject;
    assert.deepEqual(
      [1, 2, 3, 11].map((jobs) => count("ar", jobs)),
      ["ملف MP3 واحد جاهز", "ملفا MP3 جاهزان", "3 ملفات MP3 جاهزة", "11 ملف MP3 جاهزًا"],
    );
    assert.equal(count("ja", 2), "MP3 2件の準備ができました");
  });

  test("have French spaces where they can't break", () => {
    const { mail, page } = textsOf("fr");
    for (const texts of [mail, page]) {
      for (const [name, text] of listTexts(texts)) {
        assert.doesNotMatch(write(text, 5), /[ \p{L}][;!?»]| :|\p{L}:(?!\d)|«[^\u00a0]/u, name);
      }
    }
  });

  test("show a browser's reader the first of its languages that there is", () => {
    const find = (accepted: string) =>
      findPageTexts({ query: {}, headers: { "accept-language": accepted } }).language;
    assert.equal(find("pt-BR, fr-CH;q=0.9, en;q=0.8"), "fr");
    assert.equal(find("*"), "en");
    assert.equal(find(""), "en");
    const named = { query: { language: "de" }, headers: { "accept-language": "ja" } };
    assert.equal(findPageTexts(named).language, "de");
  });

  test("write the length of what is missing as the page does", () => {
    const { seconds } = createFormat("en");
    assert.equal(seconds(1), "1 second");
    assert.match(composeEmail(completed, links, "en").text, /missing \(about 12 seconds\)/);
  });
});
