import { findLanguage, isLanguage, type Language } from "../../contract/texts/languages.ts";
import { pageTexts as arabic } from "./page-texts/ar.ts";
import { pageTexts as german } from "./page-texts/de.ts";
import { pageTexts as english } from "./page-texts/en.ts";
import { pageTexts as spanish } from "./page-texts/es.ts";
import { pageTexts as french } from "./page-texts/fr.ts";
import { pageTexts as japanese } from "./page-texts/ja.ts";

import type { PageTexts } from "./page-texts/text.ts";

const TEXTS: Readonly<Record<Language, PageTexts>> = {
  en: english,
  de: german,
  es: spanish,
  fr: french,
  ja: japanese,
  ar: arabic,
};

/**
 * Finds the language of whoever opened a link: that of the email, which is in the link, or else the first
 * one of the browser's that there is.
 */
export function findPageTexts({
  query,
  headers,
}: {
  query: Readonly<Record<string, string | undefined>>;
  headers: Readonly<Record<string, string | undefined>>;
}): { language: Language; texts: PageTexts } {
  const named = query.language ?? "";
  const accepted = headers["accept-language"] ?? "";
  // Browsers list the preferred one first: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
  const preferred = accepted.split(",").map((range) => range.split(";")[0]?.trim() ?? "");
  const language = isLanguage(named) ? named : findLanguage(preferred);
  return { language, texts: TEXTS[language] };
}

/** Says why a link doesn't work. */
export const describeRefusal = (code: string | undefined, texts: PageTexts): string =>
  Object.hasOwn(texts.refusals, code ?? "")
    ? texts.refusals[code as keyof PageTexts["refusals"]]
    : texts.otherRefusal;
