/**
 * A stack that outlives a test run, for `npm test -- PATTERN`. It runs as a process of its own and
 * stops when no test has used it for {@link IDLE_MINUTES}.
 */
import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isAlive, STATE_DIR } from "../../deployed/state.ts";
import { prepareAssembly } from "../../localstack/assembly.ts";
import { deployLocally } from "../../localstack/deploy.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { ffmpegLinkIn, runStack } from "../../localstack/run-stack.ts";
import { TestStack } from "./handover.ts";

const IDLE_MINUTES = 20;
const LOOK_EVERY_MILLISECONDS = 200;
const WARM_DIR = join(STATE_DIR, "test-stack");
const NOTE_FILE = join(WARM_DIR, "running.json");
const LOG_FILE = join(WARM_DIR, "warm-stack.log");

const Note = z.object({
  processId: z.int(),
  stack: TestStack.required({ endpoint: true, databaseUrl: true }),
});
type Note = z.infer<typeof Note>;

/** Returns the last run's stack, after deploying what has changed since, or starts a new one. */
export async function takeWarmStack(): Promise<TestStack> {
  const note = await readNote();
  if (!note) return (await startInBackground()).stack;
  await utimes(NOTE_FILE, new Date(), new Date());
  const { endpoint, databaseUrl } = note.stack;
  const target = {
    endpoint,
    databaseUrl,
    ffmpegPath: ffmpegLinkIn(WARM_DIR),
    pageAddresses: {},
    assemblyDir: join(WARM_DIR, "cdk.out"),
  };
  const outputs = await deployLocally(target, await prepareAssembly(target));
  return { ...note.stack, outputs };
}

/** Reads what the background process noted. @returns undefined if it isn't running any more. */
async function readNote(): Promise<Note | undefined> {
  const text = await readFile(NOTE_FILE, "utf8").catch(() => undefined);
  const note = text === undefined ? undefined : Note.parse(JSON.parse(text));
  return note && isAlive(note.processId) ? note : undefined;
}

async function startInBackground(): Promise<Note> {
  await mkdir(WARM_DIR, { recursive: true });
  const log = await open(LOG_FILE, "w");
  const child = spawn(process.execPath, [import.meta.filename], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  child.unref();
  for (;;) {
    const note = await readNote();
    if (note) return note;
    if (child.exitCode !== null) {
      throw new Error(`The stack didn't start: ${await readFile(LOG_FILE, "utf8")}`);
    }
    await sleep(LOOK_EVERY_MILLISECONDS);
  }
}

async function runUntilIdle(): Promise<void> {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stopping.abort());
  const stack = await runStack({ stateDir: WARM_DIR, port: await findFreePort() });
  const { endpoint, databaseUrl, outputs } = stack;
  const note: Note = {
    processId: process.pid,
    stack: { endpoint, databaseUrl, outputs, stateDir: WARM_DIR },
  };
  await writeFile(NOTE_FILE, JSON.stringify(note), { mode: 0o600 });
  try {
    await Promise.race([untilIdle(stopping.signal), stack.crashed]);
  } finally {
    await rm(NOTE_FILE, { force: true });
    await stack.stop();
  }
}

async function untilIdle(signal: AbortSignal): Promise<void> {
  for (;;) {
    const { mtimeMs } = await stat(NOTE_FILE);
    const idleMilliseconds = Date.now() - mtimeMs;
    if (signal.aborted || idleMilliseconds > IDLE_MINUTES * 60_000) return;
    await sleep(60_000, undefined, { signal }).catch(() => {});
  }
}

if (import.meta.main) await runUntilIdle();
