import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { OwnerId } from "../../contract/job.ts";
import { Settings, type SettingsChange } from "../../contract/settings.ts";
import { findObject, readText } from "../runtime/s3-objects.ts";
import { changeObject } from "./compare-and-swap.ts";

export interface SettingsStore {
  /** @returns the defaults if the user has chosen nothing. */
  read(owner: OwnerId): Promise<Settings>;
  /** Changes what is named, and returns all. */
  change(owner: OwnerId, change: SettingsChange): Promise<Settings>;
}

/**
 * The record of a user's settings. A newer release may have written settings, choices and languages that
 * this one doesn't know. A rollback must neither fail for them nor lose them.
 */
const SettingsRecord = z.looseObject({
  emails: z.string().optional(),
  language: z.string().optional(),
});
type SettingsRecord = z.infer<typeof SettingsRecord>;

const KnownSettings = z.object({
  emails: Settings.shape.emails.catch("each"),
  language: Settings.shape.language.catch(undefined),
});

/** Reads what this release knows of a record. */
export const readRecord = (record: SettingsRecord = {}): Settings => KnownSettings.parse(record);

/** Applies a change to a record. Returns the record as it is if nothing changes. */
export function applyChange(
  record: SettingsRecord | undefined,
  change: SettingsChange,
): SettingsRecord {
  const isSame = Object.entries(change).every(([name, value]) => record?.[name] === value);
  return record && isSame ? record : { ...record, ...change };
}

/** Keeps one object for each user. */
export function createS3SettingsStore(s3: S3Client, bucket: string): SettingsStore {
  const locate = (owner: OwnerId) => ({
    bucket,
    key: `settings/${owner}.json`,
    schema: SettingsRecord,
  });
  return {
    async read(owner) {
      const { key, schema } = locate(owner);
      const object = await findObject(s3, bucket, key);
      return readRecord(object && schema.parse(JSON.parse(await readText(object))));
    },

    async change(owner, change) {
      return readRecord(
        await changeObject(s3, locate(owner), (stored) => applyChange(stored, change)),
      );
    },
  };
}
