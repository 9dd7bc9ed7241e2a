import type { createTexts } from "./en/texts.ts";
import type { Format } from "./format.ts";

/**
 * Everything the page says, in one language. English decides which texts exist; the others follow.
 */
export type Texts = Omit<ReturnType<typeof createTexts>, "format"> & {
  format: Omit<Format<"en">, "plural">;
};

/** A text that is kept for later, when the reader may have chosen another language. */
export type Text = (texts: Texts) => string;
