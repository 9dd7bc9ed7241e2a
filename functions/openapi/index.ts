import { readEnvironment } from "../runtime/environment.ts";
import { describeApi } from "./document.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const { MAX_SOURCE_BYTES } = readEnvironment(Environment);

export const handler = createHandler({
  document: describeApi({ maxSourceBytes: MAX_SOURCE_BYTES }),
});
