import { createFormat } from "../../contract/texts/format.ts";
import type { Language } from "../../contract/texts/languages.ts";
import { createTexts as createArabic } from "../../web/src/texts/ar/texts.ts";
import { createTexts as createGerman } from "../../web/src/texts/de/texts.ts";
import { createTexts as createEnglish } from "../../web/src/texts/en/texts.ts";
import { createTexts as createSpanish } from "../../web/src/texts/es/texts.ts";
import { createTexts as createFrench } from "../../web/src/texts/fr/texts.ts";
import { createTexts as createJapanese } from "../../web/src/texts/ja/texts.ts";
import type { Texts } from "../../web/src/texts/text.ts";

/** The page's texts in every language, without a region's formats. */
export const CATALOGUES: Readonly<Record<Language, Texts>> = {
  en: createEnglish(createFormat("en")),
  de: createGerman(createFormat("de")),
  es: createSpanish(createFormat("es")),
  fr: createFrench(createFormat("fr")),
  ja: createJapanese(createFormat("ja")),
  ar: createArabic(createFormat("ar")),
};

type Leaf = string | ((...values: number[]) => string);

/** Lists the texts of a catalogue by their names. */
export function listTexts(catalogue: object): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  const walk = (value: object, path: string) => {
    for (const [key, child] of Object.entries(value)) {
      const name = path ? `${path}.${key}` : key;
      if (typeof child === "object") walk(child, name);
      else found.set(name, child);
    }
  };
  const { format: _, ...texts } = { format: undefined, ...catalogue };
  walk(texts, "");
  return found;
}

/** Writes a text with `count` in the place of all its values. */
export const write = (text: Leaf, count: number) =>
  typeof text === "string" ? text : text(count, count);
