import { outcomes } from "../../../../contract/texts/en.ts";
import type { Format } from "../../../../contract/texts/format.ts";
import { createFiles } from "./files.ts";
import { createFrame } from "./frame.ts";
import { createSentences } from "./sentences.ts";

export const createTexts = (format: Format<"en">) => ({
  format,
  ...outcomes,
  ...createFrame(format),
  ...createFiles(format),
  ...createSentences(format),
});
