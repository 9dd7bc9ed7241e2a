import { Settings } from "../../contract/settings.ts";
import type { SettingsStore } from "../../functions/storage/settings.ts";

/** Settings in a map, by user. */
export function createMemorySettings(): SettingsStore {
  const settings = new Map<string, Settings>();
  return {
    read: async (owner) => settings.get(owner) ?? Settings.parse({}),
    write: async (owner, chosen) => {
      settings.set(owner, chosen);
    },
  };
}
