import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ChapterMark } from "../../contract/conversion.ts";
import { UNFINISHED_UPLOAD_MILLISECONDS } from "../../contract/upload.ts";

export const UploadRecord = z.object({
  job: z
    .object({
      jobId: z.string(),
      multipart: z
        .object({ partSizeBytes: z.int().positive(), uploadId: z.string().optional() })
        .optional(),
    })
    .optional(),
  /** What was extracted and is being sent, in the file next to this record. */
  soundtrack: z
    .object({
      contentType: z.string(),
      sizeBytes: z.int().positive(),
      chapters: z.array(ChapterMark).optional(),
    })
    .optional(),
});
export type UploadRecord = z.infer<typeof UploadRecord>;

// https://specifications.freedesktop.org/basedir-spec/latest/
const findFolder = () =>
  join(process.env.XDG_STATE_HOME || join(homedir(), ".local/state"), "tapedeck/uploads");

/**
 * Keeps what the same command needs to continue an interrupted upload: a record and maybe a
 * soundtrack.
 */
export class UnfinishedUpload {
  readonly #file: string;
  record: UploadRecord = {};

  private constructor(file: string) {
    this.#file = file;
  }

  /** @param identity everything that must be the same for an upload to be continued. */
  static async open(identity: unknown): Promise<UnfinishedUpload> {
    const folder = findFolder();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeOld(folder);
    const name = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
    const upload = new UnfinishedUpload(join(folder, `${name}.json`));
    const text = await readFile(upload.#file, "utf8").catch(() => "{}");
    upload.record = UploadRecord.safeParse(parseJson(text)).data ?? {};
    return upload;
  }

  get soundtrackPath() {
    return this.#file.replace(/\.json$/, ".soundtrack");
  }

  async save(change: Partial<UploadRecord>): Promise<void> {
    this.record = { ...this.record, ...change };
    await writeFile(this.#file, JSON.stringify(this.record), { mode: 0o600 });
  }

  async forget(): Promise<void> {
    this.record = {};
    await rm(this.#file, { force: true });
    await rm(this.soundtrackPath, { force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A record that a crash cut short counts as none.
    return {};
  }
}

async function removeOld(folder: string): Promise<void> {
  const oldest = Date.now() - UNFINISHED_UPLOAD_MILLISECONDS;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file && file.mtimeMs < oldest) await rm(path, { force: true });
  }
}
