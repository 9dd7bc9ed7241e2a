import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isAlive } from "./state.ts";

export const DEMO_EMAIL = "demo@example.org";

/** What the command-line tools need to know about the stack that `npm start` runs. */
const RunningStackNote = z.object({
  processId: z.int(),
  endpoint: z.url(),
  apiUrl: z.url(),
});
type RunningStackNote = z.infer<typeof RunningStackNote>;

const fileIn = (stateDir: string) => join(stateDir, "running.json");

export async function noteRunning(stateDir: string, note: RunningStackNote): Promise<void> {
  await writeFile(fileIn(stateDir), JSON.stringify(note));
}

export async function noteStopped(stateDir: string): Promise<void> {
  await rm(fileIn(stateDir), { force: true });
}

/** Returns the stack that is running now with its state in `stateDir`, or undefined. */
export async function findRunning(stateDir: string): Promise<RunningStackNote | undefined> {
  const text = await readFile(fileIn(stateDir), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const note = RunningStackNote.parse(JSON.parse(text));
  return isAlive(note.processId) ? note : undefined;
}
