import * as z from "zod/mini";
import { UNFINISHED_UPLOAD_MILLISECONDS } from "../../../contract/upload.ts";

const JobRecord = z.object({
  jobId: z.string(),
  /** Undefined for a single PUT. */
  multipart: z.optional(z.object({ partSizeBytes: z.number(), uploadId: z.optional(z.string()) })),
});
/** The texts in the fields. An empty one keeps the video's own. */
const TagTexts = z.object({
  title: z.optional(z.string()),
  artist: z.optional(z.string()),
  album: z.optional(z.string()),
  fileName: z.optional(z.string()),
});
export type TagTexts = z.infer<typeof TagTexts>;

/** The parts of an unfinished transfer that must survive a refresh or a crash. */
const TransferRecord = z.object({
  id: z.string(),
  fingerprint: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  createdAtMs: z.number(),
  /** Sorts the list: the largest is the first. Without one it is the time of its creation. */
  place: z.optional(z.number()),
  stage: z.enum(["draft", "sending", "sent"]),
  quality: z.enum(["v0", "v2", "speech", "320", "192", "128", "96"]),
  start: z.string(),
  end: z.string(),
  loudness: z.optional(z.number()),
  trimSilence: z.optional(z.boolean()),
  acceptIncomplete: z.optional(z.boolean()),
  tags: z.optional(TagTexts),
  /** The audio track's number in the file, from 1; undefined for the one that players play. */
  audioTrack: z.optional(z.number()),
  /** The audio track with the right channel, if `audioTrack` has only the left one. */
  rightTrack: z.optional(z.number()),
  /** The video's chapters, if only its soundtrack is sent. */
  chapters: z.optional(
    z.array(z.object({ startSeconds: z.number(), title: z.optional(z.string()) })),
  ),
  /** The id of the earlier job whose source is converted again, so that nothing is sent. */
  again: z.optional(z.string()),
  sendsWhole: z.boolean(),
  soundtrack: z.optional(
    z.object({ storeName: z.string(), sizeBytes: z.number(), contentType: z.string() }),
  ),
  job: z.optional(JobRecord),
});
export type TransferRecord = z.infer<typeof TransferRecord>;

/** The options that can be changed until the file is sent. */
export type DraftOptions = Pick<
  TransferRecord,
  | "quality"
  | "start"
  | "end"
  | "loudness"
  | "trimSilence"
  | "acceptIncomplete"
  | "tags"
  | "audioTrack"
  | "rightTrack"
  | "sendsWhole"
>;

export const placeOf = ({ place, createdAtMs }: TransferRecord) => place ?? createdAtMs;

const KEY_PREFIX = "tapedeck:transfers:";

/**
 * Lists the ids of everyone's records, so that nothing is deleted that another person or tab needs.
 */
export function readAllRecordIds(): Set<string> {
  const emails = Object.keys(localStorage)
    .filter((key) => key.startsWith(KEY_PREFIX))
    .map((key) => key.slice(KEY_PREFIX.length));
  return new Set(emails.flatMap((email) => new TransferRecords(email).read().map(({ id }) => id)));
}

/**
 * The records of one person, in local storage: small, synchronous, and still there after a crash.
 */
export class TransferRecords {
  readonly #key: string;

  constructor(email: string) {
    this.#key = KEY_PREFIX + email.toLowerCase();
  }

  /** In the order of their places: the last comes first in the list. */
  read(): TransferRecord[] {
    try {
      const parsed = z
        .array(TransferRecord)
        .safeParse(JSON.parse(localStorage.getItem(this.#key) ?? "[]"));
      const oldest = Date.now() - UNFINISHED_UPLOAD_MILLISECONDS;
      return (parsed.data ?? []).filter(({ createdAtMs }) => createdAtMs > oldest);
    } catch {
      return [];
    }
  }

  save(...records: readonly TransferRecord[]) {
    const ids = new Set(records.map(({ id }) => id));
    const others = this.read().filter(({ id }) => !ids.has(id));
    this.#write([...others, ...records].sort((a, b) => placeOf(a) - placeOf(b)));
  }

  /** Deletes all records but those of `ids`. */
  keepOnly(ids: ReadonlySet<string>) {
    const kept = this.read().filter(({ id }) => ids.has(id));
    if (kept.length > 0) this.#write(kept);
    else localStorage.removeItem(this.#key);
  }

  delete(id: string) {
    this.#write(this.read().filter((record) => record.id !== id));
  }

  #write(records: TransferRecord[]) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(records));
    } catch {
      // Storage is full or forbidden. Uploads still work, but don't survive a refresh.
    }
  }
}
