import type { Covers } from "../../functions/storage/covers.ts";

/** Pictures in a map, by job. */
export function createMemoryCovers(): Covers {
  const covers = new Map<string, Uint8Array>();
  return {
    async put({ jobId }, cover) {
      covers.set(jobId, cover);
    },
    async read({ jobId }) {
      return covers.get(jobId);
    },
  };
}
