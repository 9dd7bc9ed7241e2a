import type { S3Client } from "@aws-sdk/client-s3";
import type { OwnerId } from "../../contract/job.ts";
import { Settings } from "../../contract/settings.ts";
import { createS3UserRecords } from "./user-records.ts";

export interface SettingsStore {
  /** @returns the defaults if the user has chosen nothing. */
  read(owner: OwnerId): Promise<Settings>;
  write(owner: OwnerId, settings: Settings): Promise<void>;
}

export function createS3SettingsStore(s3: S3Client, bucket: string): SettingsStore {
  const records = createS3UserRecords(s3, bucket, "settings", Settings);
  return { ...records, read: async (owner) => (await records.read(owner)) ?? Settings.parse({}) };
}
