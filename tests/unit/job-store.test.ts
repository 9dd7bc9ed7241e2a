import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { testJobStore } from "../job-store-contract.ts";

const records = new Map<string, string>();

testJobStore(
  "memory",
  async () => createMemoryJobStore(records),
  async (key, text) => records.set(key, text),
);
