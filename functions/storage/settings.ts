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
 * The record of a user's settings. A newer release may know more settings and languages; a rollback must
 * neither fail for them nor lose them.
 */
const StoredSettings = z.looseObject({
  ...Settings.shape,
  language: Settings.shape.language.catch(undefined),
});

/** Applies a change to stored settings. Returns them as they are if nothing changes. */
export function applyChange<Stored extends Settings>(
  stored: Stored | undefined,
  change: SettingsChange,
): Stored | (Settings & SettingsChange) {
  const { emails = stored?.emails ?? "each", language = stored?.language } = change;
  if (stored?.emails === emails && stored.language === language) return stored;
  return { ...stored, emails, ...(language && { language }) };
}

/** Keeps one object for each user. */
export function createS3SettingsStore(s3: S3Client, bucket: string): SettingsStore {
  const locate = (owner: OwnerId) => ({
    bucket,
    key: `settings/${owner}.json`,
    schema: StoredSettings,
  });
  return {
    async read(owner) {
      const { key, schema } = locate(owner);
      const object = await findObject(s3, bucket, key);
      return Settings.parse(object ? schema.parse(JSON.parse(await readText(object))) : {});
    },

    async change(owner, change) {
      return Settings.parse(
        await changeObject(s3, locate(owner), (stored) => applyChange(stored, change)),
      );
    },
  };
}
