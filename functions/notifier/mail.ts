import { outcomes as arabicOutcomes } from "../../contract/texts/ar.ts";
import { outcomes as germanOutcomes } from "../../contract/texts/de.ts";
import { outcomes as englishOutcomes } from "../../contract/texts/en.ts";
import { outcomes as spanishOutcomes } from "../../contract/texts/es.ts";
import { createFormat, type Format } from "../../contract/texts/format.ts";
import { outcomes as frenchOutcomes } from "../../contract/texts/fr.ts";
import { outcomes as japaneseOutcomes } from "../../contract/texts/ja.ts";
import type { Language } from "../../contract/texts/languages.ts";
import type { Outcomes } from "../../contract/texts/outcomes.ts";
import { createMailTexts as createArabic } from "./texts/ar.ts";
import { createMailTexts as createGerman } from "./texts/de.ts";
import { createMailTexts as createEnglish } from "./texts/en.ts";
import { createMailTexts as createSpanish } from "./texts/es.ts";
import { createMailTexts as createFrench } from "./texts/fr.ts";
import { createMailTexts as createJapanese } from "./texts/ja.ts";

import type { MailTexts } from "./texts/text.ts";

/** Everything that emails say, in one language. */
export interface Mail {
  language: Language;
  texts: MailTexts;
  outcomes: Outcomes;
  format: Omit<Format<Language>, "plural">;
  /** "3 December 2026", in UTC: where its reader is, nobody knows. */
  writeDate: (date: Date) => string;
}

const CREATE: Readonly<Record<Language, () => Pick<Mail, "texts" | "outcomes" | "format">>> = {
  en: () => {
    const format = createFormat("en", "en-GB");
    return { format, outcomes: englishOutcomes, texts: createEnglish(format) };
  },
  de: () => {
    const format = createFormat("de");
    return { format, outcomes: germanOutcomes, texts: createGerman(format) };
  },
  es: () => {
    const format = createFormat("es");
    return { format, outcomes: spanishOutcomes, texts: createSpanish(format) };
  },
  fr: () => {
    const format = createFormat("fr");
    return { format, outcomes: frenchOutcomes, texts: createFrench(format) };
  },
  ja: () => {
    const format = createFormat("ja");
    return { format, outcomes: japaneseOutcomes, texts: createJapanese(format) };
  },
  ar: () => {
    const format = createFormat("ar");
    return { format, outcomes: arabicOutcomes, texts: createArabic(format) };
  },
};

/** Collects what emails say in a language. */
export function createMail(language: Language): Mail {
  const dates = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    dateStyle: "long",
    timeZone: "UTC",
    numberingSystem: "latn",
  });
  return { language, ...CREATE[language](), writeDate: (date) => dates.format(date) };
}
