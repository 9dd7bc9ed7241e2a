import { LANGUAGES, type Language, type PluralForm } from "./languages.ts";

const SIZE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
/** Letters that are written from right to left: Hebrew, Arabic and their relatives. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

export type Format<Of extends Language> = ReturnType<typeof createFormat<Of>>;

/**
 * Writes numbers, sizes and dates as a language has them.
 *
 * @param locale the language, or it with a region, such as "en-GB".
 */
export function createFormat<Of extends Language>(language: Of, locale: string = language) {
  // The times that people type have these digits, too.
  const digits = { numberingSystem: "latn" } as const;
  const pluralRules = new Intl.PluralRules(locale);
  // To create a formatter takes longer than to draw the rest of a row, so each is created once.
  const numberFormats = new Map<string, Intl.NumberFormat>();
  const write = (value: number, options: Intl.NumberFormatOptions = {}) => {
    const key = JSON.stringify(options);
    let numberFormat = numberFormats.get(key);
    if (numberFormat === undefined) {
      numberFormat = new Intl.NumberFormat(locale, { ...digits, ...options });
      numberFormats.set(key, numberFormat);
    }
    return numberFormat.format(value);
  };
  const dayOfMonth = { ...digits, day: "numeric", month: "short" } as const;
  const timeFormat = new Intl.DateTimeFormat(locale, {
    ...digits,
    hour: "numeric",
    minute: "2-digit",
  });
  const dayFormat = new Intl.DateTimeFormat(locale, dayOfMonth);
  const dateFormat = new Intl.DateTimeFormat(locale, { ...dayOfMonth, year: "numeric" });
  const isolates = LANGUAGES[language].direction !== "ltr";

  return {
    number: (value: number) => write(value),

    /** Whole percents, which reach 100 only at the end. */
    percent: (fraction: number) =>
      write(Math.floor(Math.min(1, fraction) * 100) / 100, { style: "percent" }),

    /** A size in decimal units, as file managers and S3 have them: "1.2 GB". */
    size: (sizeBytes: number) => writeSize(write, sizeBytes, ""),

    /** "5 seconds" */
    seconds: (count: number) =>
      write(count, { style: "unit", unit: "second", unitDisplay: "long" }),

    /** "1.2 MB/s" */
    speed: (bytesPerSecond: number) => writeSize(write, bytesPerSecond, "-per-second"),

    /** The form of a text that goes with `count`, which takes the place of its "#". */
    plural: (count: number, forms: Record<PluralForm<Of>, string>): string =>
      forms[pluralRules.select(count) as PluralForm<Of>].replace("#", write(count)),

    /**
     * In the reader's time zone: the time for today ("9:41 AM"), the day ("Nov 16") or, for another
     * year, the whole date ("Nov 16, 2025").
     */
    day(iso: string, now = new Date()): string {
      const date = new Date(iso);
      if (date.toDateString() === now.toDateString()) return timeFormat.format(date);
      const isThisYear = date.getFullYear() === now.getFullYear();
      return (isThisYear ? dayFormat : dateFormat).format(date);
    },

    /** Keeps a name in a sentence from changing the order of what is around it. */
    isolate: (name: string) =>
      isolates || RIGHT_TO_LEFT.test(name) ? FIRST_STRONG_ISOLATE + name + POP_ISOLATE : name,

    /** The name of a language that a file names by its code, such as "deu" or "pt-BR". */
    language(code: string): string {
      return nameLanguage(locale, code) ?? code;
    },

    /** Facts on one line, with dots between them; what there is none of is left out. */
    facts: (facts: readonly (string | false | undefined)[]) =>
      facts
        .filter((fact) => fact !== undefined && fact !== false && fact !== "")
        .map((fact) => (isolates ? FIRST_STRONG_ISOLATE + fact + POP_ISOLATE : fact))
        .join(" · "),
  };
}

/** @returns undefined for what isn't a language's code. */
function nameLanguage(locale: string, code: string): string | undefined {
  try {
    return new Intl.DisplayNames(locale, { type: "language" }).of(code);
  } catch {
    return undefined;
  }
}

function writeSize(
  write: (value: number, options: Intl.NumberFormatOptions) => string,
  bytes: number,
  per: "" | "-per-second",
): string {
  let value = bytes;
  let at = 0;
  while (value >= 999.5 && at < SIZE_UNITS.length - 1) {
    value /= 1000;
    at++;
  }
  const digits = at === 0 || value >= 99.5 ? 0 : 1;
  return write(value, {
    style: "unit",
    unit: `${SIZE_UNITS[at]}${per}`,
    unitDisplay: at === 0 ? "long" : "short",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
