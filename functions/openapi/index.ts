import { document } from "./document.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({ document });
