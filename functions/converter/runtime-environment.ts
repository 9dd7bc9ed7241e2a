/** The environment variables that keep the engine's process small, for infra/ and the benchmark. */
export const RUNTIME_ENVIRONMENT = {
  // Buffers soon become garbage. With a small nursery they are collected before they pile up.
  NODE_OPTIONS: "--max-semi-space-size=1",
  // Otherwise glibc keeps the memory of a freed index, some megabytes (mallopt(3)).
  MALLOC_MMAP_THRESHOLD_: "131072",
} as const;
