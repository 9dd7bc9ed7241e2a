/**
 * Measures how long a video waits if its converter is killed in the middle, with the deployed lease and
 * waits:
 *
 *   npm run bench:killed -- [--kills N]
 *
 * Kills the converters of N videos one after another, and exits with 1 if one isn't worked on again
 * within three minutes of its kill, or isn't converted afterwards.
 */
import { parseArgs } from "node:util";
import { globalSetup, globalTeardown } from "../harness/global-setup.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "3" } } });
const PROMISED_SECONDS = 180;

await globalSetup();
try {
  // It takes over the stack when it is loaded.
  const { killConverter } = await import("./kill-converter.ts");
  const waits = [];
  for (let kill = 0; kill < Number(values.kills); kill++) waits.push((await killConverter()).ended);
  for (const { seconds, state } of await Promise.all(waits)) {
    console.log(`worked on again after ${seconds.toFixed(1)} s, ended as ${state}`);
    if (seconds > PROMISED_SECONDS || state !== "completed") process.exitCode = 1;
  }
} finally {
  await globalTeardown();
}
