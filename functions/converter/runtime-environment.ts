/** What a process that runs the engine is started with so that it holds little; for infra/ and the benchmark. */
export const RUNTIME_ENVIRONMENT = {
  // What is read is garbage at once: a small nursery keeps it from piling up.
  NODE_OPTIONS: "--max-semi-space-size=1",
  // Without it glibc keeps what it got back once an index of some megabytes was freed (mallopt(3)).
  MALLOC_MMAP_THRESHOLD_: "131072",
} as const;
