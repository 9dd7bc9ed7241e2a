import { isKnownChunk } from "./chunk-format.ts";

/** Programs have chunks of their own. Real files have a few of them after the samples. */
const MOST_UNKNOWN_CHUNKS = 16;

export const isChunkName = (name: string): boolean => /^[\x20-\x7e]{4}$/.test(name);

/**
 * Finds out whether chunks begin at `at`, and not bytes that look like one by chance: a known one, or
 * others that lead from one to the next, to a known one or to the end of the file.
 *
 * @returns up to where they follow each other; undefined if none begins there.
 */
export async function findChainEnd(
  at: number,
  sizeBytes: number,
  read: (at: number, bytes: number) => Promise<Buffer>,
  readSize: (at: number) => Promise<number>,
): Promise<number | undefined> {
  let next = at;
  for (let count = 0; count <= MOST_UNKNOWN_CHUNKS && next + 8 <= sizeBytes; count++) {
    const name = (await read(next, 4)).toString("latin1");
    if (isKnownChunk(name)) return next + 1;
    if (!isChunkName(name)) return undefined;
    const bytes = await readSize(next + 4);
    next += 8 + bytes + (bytes & 1);
  }
  // The last one may lack the byte that makes its size even.
  const isAtEnd = next === sizeBytes || next === sizeBytes + 1;
  return isAtEnd && next > at ? next : undefined;
}
