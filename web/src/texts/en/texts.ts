import type { Format } from "../format.ts";
import { createFiles } from "./files.ts";
import { createFrame } from "./frame.ts";
import { createSentences } from "./sentences.ts";

export const createTexts = (format: Format<"en">) => ({
  format,
  ...createFrame(format),
  ...createFiles(format),
  ...createSentences(format),
});
