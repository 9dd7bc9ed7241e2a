import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { testJobStore } from "../job-store-contract.ts";

testJobStore("memory", async () => createMemoryJobStore());
