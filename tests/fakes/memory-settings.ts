import { Settings } from "../../contract/settings.ts";
import { applyChange, type SettingsStore } from "../../functions/storage/settings.ts";

/** Settings in a map, by user. */
export function createMemorySettings(): SettingsStore {
  const records = new Map<string, Settings>();
  return {
    read: async (owner) => records.get(owner) ?? Settings.parse({}),
    async change(owner, change) {
      const changed = applyChange(records.get(owner), change);
      records.set(owner, changed);
      return changed;
    },
  };
}
