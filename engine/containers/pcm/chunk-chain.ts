import { isKnownChunk } from "./chunk-format.ts";

/**
 * The most unknown chunks in a row. Programs write private ones, a few of them after the samples.
 */
const MOST_UNKNOWN_CHUNKS = 16;

export const isChunkName = (name: string): boolean => /^[\x20-\x7e]{4}$/.test(name);

/**
 * Finds out whether chunks begin at `at`, rather than samples that look like one by chance. There
 * must be a known chunk, or a chain of unknown chunks up to a known one or to the end of the file.
 *
 * @returns the byte up to which the chain was followed, or undefined if there is none
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
  // The last chunk may lack its padding byte.
  const isAtEnd = next === sizeBytes || next === sizeBytes + 1;
  return isAtEnd && next > at ? next : undefined;
}
