import { type Box, findBox, MalformedBox } from "./box.ts";

/** A chunk of a track's samples, which follow each other without a gap (ISO/IEC 14496-12 §8.7). */
interface Chunk {
  startByte: number;
  /** As many as the tables say, even where fewer are left. */
  samples: number;
  /** Number of the sample description that they share, from 1. */
  description: number;
}

/**
 * Reads the number of a table's entries, `skip` bytes into its body. Throws if the box ends before
 * them.
 */
export function countEntries(moov: Buffer, table: Box, skip: number, entryBytes: number): number {
  const count = moov.readUInt32BE(table.bodyStart + skip);
  if (table.bodyStart + skip + 4 + count * entryBytes > table.end) {
    throw new MalformedBox(`${table.type} is cut`);
  }
  return count;
}

/** Lists the chunks of a track in the order of its samples; none if it lacks a table. */
export function* listChunks(moov: Buffer, trak: Box): Generator<Chunk> {
  const table = (type: string) => findBox(moov, trak, "mdia", "minf", "stbl", type);
  const [stsc, stco, co64] = ["stsc", "stco", "co64"].map(table);
  const offsets = stco ?? co64;
  if (!stsc || !offsets) return;
  const offsetBytes = stco ? 4 : 8;
  const chunkCount = countEntries(moov, offsets, 4, offsetBytes);
  const runCount = countEntries(moov, stsc, 4, 12);
  if (runCount === 0) return;
  let run = 0;
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const nextRun = stsc.bodyStart + 8 + (run + 1) * 12;
    if (run + 1 < runCount && moov.readUInt32BE(nextRun) <= chunk + 1) run++;
    const at = offsets.bodyStart + 8 + chunk * offsetBytes;
    yield {
      startByte: stco ? moov.readUInt32BE(at) : Number(moov.readBigUInt64BE(at)),
      samples: moov.readUInt32BE(stsc.bodyStart + 8 + run * 12 + 4),
      description: moov.readUInt32BE(stsc.bodyStart + 8 + run * 12 + 8),
    };
  }
}
