import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** A multipart upload that was interrupted and can go on. */
const UnfinishedUpload = z.object({
  jobId: z.string(),
  uploadId: z.string(),
  partSizeBytes: z.int().positive(),
});
type UnfinishedUpload = z.infer<typeof UnfinishedUpload>;

// https://specifications.freedesktop.org/basedir-spec/latest/
const DIRECTORY = join(
  process.env.XDG_STATE_HOME || join(homedir(), ".local/state"),
  "tapedeck/uploads",
);

const fileOf = (key: string) =>
  join(DIRECTORY, `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`);

export async function rememberUpload(key: string, upload: UnfinishedUpload): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true, mode: 0o700 });
  await writeFile(fileOf(key), JSON.stringify(upload), { mode: 0o600 });
}

export async function findUnfinishedUpload(key: string): Promise<UnfinishedUpload | undefined> {
  const text = await readFile(fileOf(key), "utf8").catch(() => undefined);
  return text === undefined ? undefined : UnfinishedUpload.safeParse(JSON.parse(text)).data;
}

export async function forgetUpload(key: string): Promise<void> {
  await rm(fileOf(key), { force: true });
}
