import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
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

/** Reads the passwords and the port chosen at the first start, or chooses and keeps them. */
export async function openSecrets(stateDir: string): Promise<Secrets> {
  const file = join(stateDir, "secrets.json");
  const kept = await readSecrets(stateDir);
  if (kept) return kept;
  const secrets: Secrets = {
    databasePort: await findFreePort(),
    databasePassword: randomBytes(24).toString("base64url"),
    demoPassword: randomBytes(12).toString("base64url"),
  };
  await mkdir(stateDir, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}

/** The kept secrets, or undefined before the first start. */
export async function readSecrets(stateDir: string): Promise<Secrets | undefined> {
  const text = await readFile(join(stateDir, "secrets.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Secrets.parse(JSON.parse(text));
}

/** A loopback TCP port that nothing listens on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("No TCP port was given");
  return address.port;
}

/** True if a server could listen on this loopback port. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((answer) => {
    server
      .once("error", () => answer(false))
      .listen({ port, host: "127.0.0.1", exclusive: true }, () => answer(true));
  });
  if (listens) await new Promise((closed) => server.close(closed));
  return listens;
}
