import type { Format } from "../format.ts";
import type { Texts } from "../text.ts";
import { createFiles } from "./files.ts";
import { createFrame } from "./frame.ts";
import { createSentences } from "./sentences.ts";

export const createTexts = (format: Format<"de">): Texts => ({
  format,
  ...createFrame(format),
  ...createFiles(format),
  ...createSentences(format),
});
