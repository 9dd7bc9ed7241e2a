import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { OwnerId } from "../../contract/job.ts";
import { Settings } from "../../contract/settings.ts";
import { isMissing } from "../runtime/s3-errors.ts";

export interface SettingsStore {
  /** @returns the defaults for who has chosen nothing. */
  read(owner: OwnerId): Promise<Settings>;
  write(owner: OwnerId, settings: Settings): Promise<void>;
}

const settingsKey = (owner: OwnerId) => `settings/${owner}.json`;

/** One object a user. Whoever writes last has the say: a user changes it by hand. */
export const createS3SettingsStore = (s3: S3Client, bucket: string): SettingsStore => ({
  async read(owner) {
    try {
      const command = new GetObjectCommand({ Bucket: bucket, Key: settingsKey(owner) });
      const { Body } = await s3.send(command);
      return Settings.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    } catch (error) {
      if (isMissing(error)) return Settings.parse({});
      throw error;
    }
  },

  async write(owner, settings) {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: settingsKey(owner),
        Body: JSON.stringify(settings),
        ContentType: "application/json",
      }),
    );
  },
});
