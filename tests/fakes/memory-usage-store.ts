import type { Usage, UsageStore } from "../../functions/core/usage.ts";

/** Usage records in a map, changed one after the other. */
export function createMemoryUsageStore(): UsageStore {
  const records = new Map<string, Usage>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    update(owner, change) {
      const turn = last.then(async () => {
        const stored = records.get(owner) ?? { day: "1970-01-01", bytes: 0, open: [] };
        records.set(owner, await change(stored));
      });
      last = turn.catch(() => {});
      return turn;
    },
  };
}
