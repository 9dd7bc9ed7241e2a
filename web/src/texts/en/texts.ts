import type { Format } from "../format.ts";
import { createLabels } from "./labels.ts";
import { createSentences } from "./sentences.ts";

export const createTexts = (format: Format<"en">) => ({
  format,
  ...createLabels(format),
  ...createSentences(format),
});
