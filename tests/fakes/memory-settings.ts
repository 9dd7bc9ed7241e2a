import { applyChange, readRecord, type SettingsStore } from "../../functions/storage/settings.ts";

/** Settings in a map, by user. */
export function createMemorySettings(): SettingsStore {
  const records = new Map<string, ReturnType<typeof applyChange>>();
  return {
    read: async (owner) => readRecord(records.get(owner)),
    async change(owner, change) {
      const changed = applyChange(records.get(owner), change);
      records.set(owner, changed);
      return readRecord(changed);
    },
  };
}
