/** The environment that keeps a process with the engine small; for infra/ and the benchmark. */
export const RUNTIME_ENVIRONMENT = {
  // Buffers become garbage at once, and a small nursery keeps them from piling up.
  NODE_OPTIONS: "--max-semi-space-size=1",
  // Without this, glibc keeps the memory of a freed index of some megabytes (mallopt(3)).
  MALLOC_MMAP_THRESHOLD_: "131072",
} as const;
