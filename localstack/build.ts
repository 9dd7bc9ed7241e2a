import { join } from "node:path";
import { build as buildPage } from "vite";
import { buildFunctions } from "../functions/build.ts";
import { ROOT_DIR } from "./state.ts";

/** Makes what is deployed: dist/functions and web/dist. */
export async function buildEverything(): Promise<void> {
  await Promise.all([
    buildFunctions(),
    buildPage({ root: join(ROOT_DIR, "web"), logLevel: "warn" }),
  ]);
}
