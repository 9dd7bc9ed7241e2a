import type { UserRecords } from "../../functions/storage/user-records.ts";

/** Records in a map, by user. */
export function createMemoryUserRecords<T>(): UserRecords<T> {
  const records = new Map<string, T>();
  return {
    read: async (owner) => records.get(owner),
    write: async (owner, record) => {
      records.set(owner, record);
    },
    delete: async (owner) => {
      records.delete(owner);
    },
  };
}
