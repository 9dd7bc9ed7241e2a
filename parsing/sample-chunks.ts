import type { Box } from "./box.ts";
import { countEntries } from "./movie-boxes.ts";

/** A chunk: samples of a track without gaps between them (ISO/IEC 14496-12 §8.7). */
interface Chunk {
  startByte: number;
  /** The number that the tables state, even if fewer samples are left. */
  samples: number;
  /** The number of the samples' description, from 1. */
  description: number;
}

/** Lists the chunks of a sample table (`stbl`) in order. Lists none if the table lacks a box. */
export function* listChunks(table: Box): Generator<Chunk> {
  const stsc = table.find("stsc");
  const stco = table.find("stco");
  const offsets = stco ?? table.find("co64");
  if (!stsc || !offsets) return;
  const { fields: places } = offsets.fullFields();
  const chunkCount = countEntries(places, stco ? 4 : 8);
  const { fields: runs } = stsc.fullFields();
  let runsLeft = countEntries(runs, 12);
  if (runsLeft === 0) return;
  const readRun = () => {
    runsLeft--;
    return { firstChunk: runs.u32(), samples: runs.u32(), description: runs.u32() };
  };
  let run = readRun();
  let next = runsLeft > 0 ? readRun() : undefined;
  for (let chunk = 1; chunk <= chunkCount; chunk++) {
    if (next && next.firstChunk <= chunk) {
      run = next;
      next = runsLeft > 0 ? readRun() : undefined;
    }
    const { samples, description } = run;
    yield { startByte: places.u64(!stco), samples, description };
  }
}
