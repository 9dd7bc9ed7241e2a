/**
 * The page's languages: their own names, where their lines begin, and the plural forms that they have.
 * https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
 */
export const LANGUAGES = {
  en: { name: "English", direction: "ltr", pluralForms: ["one", "other"] },
  de: { name: "Deutsch", direction: "ltr", pluralForms: ["one", "other"] },
  es: { name: "Español", direction: "ltr", pluralForms: ["one", "many", "other"] },
  fr: { name: "Français", direction: "ltr", pluralForms: ["one", "many", "other"] },
  ja: { name: "日本語", direction: "ltr", pluralForms: ["other"] },
  ar: {
    name: "العربية",
    direction: "rtl",
    pluralForms: ["zero", "one", "two", "few", "many", "other"],
  },
} as const;

export type Language = keyof typeof LANGUAGES;
export type PluralForm<Of extends Language> = (typeof LANGUAGES)[Of]["pluralForms"][number];

export const isLanguage = (text: string | null): text is Language =>
  text !== null && Object.hasOwn(LANGUAGES, text);

/** Finds the first of the languages that a reader prefers, such as "de-AT", in which there are texts. */
export function findLanguage(preferred: readonly string[]): Language {
  return preferred.map(readLanguage).find(isLanguage) ?? "en";
}

/**
 * Finds the region whose dates and numbers a reader is used to: "en-GB" for English, where that is
 * preferred.
 */
export const findLocale = (language: Language, preferred: readonly string[]): string =>
  preferred.find((locale) => readLanguage(locale) === language) ?? language;

const readLanguage = (locale: string) => locale.toLowerCase().split("-")[0] ?? "";
