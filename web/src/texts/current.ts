import { signal } from "@preact/signals";
import { createFormat } from "../../../contract/texts/format.ts";
import {
  findLanguage,
  findLocale,
  isLanguage,
  LANGUAGES,
  type Language,
} from "../../../contract/texts/languages.ts";
import { createTexts } from "./en/texts.ts";
import type { Text, Texts } from "./text.ts";

const STORAGE_KEY = "tapedeck:language";

export type Choice = Language | "browser";

/** English comes with the page, so that there are texts whatever can't be fetched. */
const LOAD: Readonly<Record<Language, (locale: string) => Promise<Texts>>> = {
  en: async (locale) => createTexts(createFormat("en", locale)),
  de: async (locale) => (await import("./de/texts.ts")).createTexts(createFormat("de", locale)),
  es: async (locale) => (await import("./es/texts.ts")).createTexts(createFormat("es", locale)),
  fr: async (locale) => (await import("./fr/texts.ts")).createTexts(createFormat("fr", locale)),
  ja: async (locale) => (await import("./ja/texts.ts")).createTexts(createFormat("ja", locale)),
  ar: async (locale) => (await import("./ar/texts.ts")).createTexts(createFormat("ar", locale)),
};

/** The page's texts in the language that is shown. Whoever reads `value` while rendering follows it. */
export const texts = signal<Texts>(createTexts(createFormat("en")));

/** The language of the texts. */
export const shownLanguage = signal<Language>("en");

/** Which language was asked for; "browser" is the first of the browser's that there is. */
export const languageChoice = signal<Choice>(readStored());

function readStored(): Choice {
  const stored = localStorage.getItem(STORAGE_KEY);
  return isLanguage(stored) ? stored : "browser";
}

/** Writes a text in the language that is shown. */
export const say = (text: Text): string => text(texts.value);

/** Shows the page in the language that was asked for. Returns false if that can't be fetched. */
export async function loadTexts(): Promise<boolean> {
  const choice = languageChoice.peek();
  const language = choice === "browser" ? findLanguage(navigator.languages) : choice;
  const loaded = await LOAD[language](findLocale(language, navigator.languages)).catch(
    () => undefined,
  );
  // Another one may have been chosen meanwhile.
  if (loaded === undefined || languageChoice.peek() !== choice) return false;
  texts.value = loaded;
  shownLanguage.value = language;
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].direction;
  return true;
}

/** Shows the page in another language and remembers it, or leaves all as it is without a network. */
export async function chooseLanguage(choice: Choice) {
  const before = languageChoice.peek();
  languageChoice.value = choice;
  const isShown = await loadTexts();
  if (languageChoice.peek() !== choice) return;
  if (!isShown) languageChoice.value = before;
  else if (choice === "browser") localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, choice);
}
