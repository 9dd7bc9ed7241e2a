import { Settings } from "../../contract/settings.ts";
import type { SettingsStore } from "../../functions/storage/settings.ts";
import { createMemoryUserRecords } from "./memory-user-records.ts";

/** Settings in a map, by user. */
export function createMemorySettings(): SettingsStore {
  const records = createMemoryUserRecords<Settings>();
  return { ...records, read: async (owner) => (await records.read(owner)) ?? Settings.parse({}) };
}
