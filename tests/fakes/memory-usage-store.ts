import { UNUSED, type Usage, type UsageStore } from "../../functions/storage/usage.ts";

/** Usage records in a map, changed one after the other. */
export function createMemoryUsageStore(): UsageStore {
  const records = new Map<string, Usage>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    update(owner, change) {
      const turn = last.then(async () => {
        const stored = records.get(owner) ?? UNUSED;
        records.set(owner, await change(stored));
      });
      last = turn.catch(() => {});
      return turn;
    },
  };
}
