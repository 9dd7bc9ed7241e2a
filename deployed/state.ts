import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";

export const ROOT_DIR = resolve(import.meta.dirname, "..");
/** Downloads that every stack of this clone shares. */
export const CACHE_DIR = join(ROOT_DIR, ".tapedeck");
/** What `npm start` keeps from one run to the next. Delete it to begin afresh. */
export const STATE_DIR = resolve(process.env.TAPEDECK_STATE_DIR || CACHE_DIR);

const Secrets = z.object({
  databasePort: z.int(),
  databasePassword: z.string(),
  demoPassword: z.string(),
});
export type Secrets = z.infer<typeof Secrets>;

/**
 * Reads the secrets of an earlier start.
 *
 * @returns undefined before the first one.
 */
export async function readSecrets(stateDir: string): Promise<Secrets | undefined> {
  const text = await readFile(join(stateDir, "secrets.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Secrets.parse(JSON.parse(text));
}

/** Returns whether a process with this id is running and belongs to this user. */
export function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
