import { randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSecrets, type Secrets } from "../deployed/state.ts";
import { findFreePort } from "./ports.ts";

/** Reads the passwords and the port of the first start, or chooses and stores them. */
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
