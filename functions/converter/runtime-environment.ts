/** The environment that keeps a process with the engine small; for infra/ and the benchmark. */
export const RUNTIME_ENVIRONMENT = {
  // What is read becomes garbage at once, and a small nursery keeps it from piling up.
  NODE_OPTIONS: "--max-semi-space-size=1",
  // Without this, glibc keeps the memory of an index of some megabytes after it is freed
  // (mallopt(3)).
  MALLOC_MMAP_THRESHOLD_: "131072",
} as const;
