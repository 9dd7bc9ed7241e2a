import type { Format } from "../../../contract/texts/format.ts";
import type { Outcomes } from "../../../contract/texts/outcomes.ts";
import type { createFiles } from "./en/files.ts";
import type { createFrame } from "./en/frame.ts";
import type { createSentences } from "./en/sentences.ts";

/** English decides which texts there are; the other languages have the same ones. */
export type Frame = ReturnType<typeof createFrame>;
export type Files = ReturnType<typeof createFiles>;
export type Sentences = ReturnType<typeof createSentences>;

/** Everything the page says, in one language. */
export type Texts = Outcomes & Frame & Files & Sentences & { format: Omit<Format<"en">, "plural"> };

/** A text that is kept for later, when the reader may have chosen another language. */
export type Text = (texts: Texts) => string;
