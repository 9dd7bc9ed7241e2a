import { outcomes } from "../../../../contract/texts/ar.ts";
import type { Format } from "../../../../contract/texts/format.ts";
import type { Texts } from "../text.ts";
import { createFiles } from "./files.ts";
import { createFrame } from "./frame.ts";
import { createSentences } from "./sentences.ts";

export const createTexts = (format: Format<"ar">): Texts => ({
  format,
  ...outcomes,
  ...createFrame(format),
  ...createFiles(format),
  ...createSentences(format),
});
