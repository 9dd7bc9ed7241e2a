import { countEntries } from "../../../parsing/movie-boxes.ts";
import { listChunks } from "../../../parsing/sample-chunks.ts";
import type { Extents } from "../../reading/read-plan.ts";
import type { AudioTrack } from "./audio-track.ts";
import type { SoundDescription } from "./sample-entry.ts";

/** Says where a track's bytes are in the file, in file order, with adjacent ranges merged. */
export interface TrackExtents extends Extents {
  /** The same bytes, grouped into runs of samples that share a description. */
  runs: SampleRun[];
}

export interface SampleRun {
  samples: number;
  bytes: number;
  description: number;
}

/** Longer extents are split, so that a size fits the 32-bit array. */
const LARGEST_EXTENT_BYTES = 2 ** 31;

/**
 * Finds a track's bytes by its tables (§8.7).
 *
 * @returns undefined if ffmpeg reads the file more safely: with compact sizes, chunks out of file
 * order, chunks of gigabytes, or old QuickTime sample sizes that don't count bytes.
 */
export function readExtents({ trak, entries }: AudioTrack): TrackExtents | undefined {
  const table = trak.find("mdia", "minf", "stbl");
  const stco = table?.find("stco");
  const offsets = stco ?? table?.find("co64");
  const sampleSizes = table?.find("stsz")?.fullFields().fields;
  if (!table || !sampleSizes || !offsets || !table.find("stsc")) return undefined;
  const chunkCount = countEntries(offsets.fullFields().fields, stco ? 4 : 8);
  const uniformSize = sampleSizes.u32();
  const sampleCount = uniformSize ? sampleSizes.u32() : countEntries(sampleSizes, 4);
  const [entry] = entries;
  const scale = uniformSize
    ? entry?.sound && uniformSampleBytes(entry.format, entry.sound, uniformSize)
    : 0;
  if (scale === undefined) return undefined;

  const starts = new Float64Array(chunkCount);
  const sizes = new Uint32Array(chunkCount);
  const runs: SampleRun[] = [];
  let count = 0;
  let totalBytes = 0;
  let sample = 0;
  let endByte = 0;
  for (const { startByte, description, ...chunk } of listChunks(table)) {
    if (sample >= sampleCount) break;
    const samples = Math.min(chunk.samples, sampleCount - sample);
    let size = samples * scale;
    if (!uniformSize) {
      for (let index = 0; index < samples; index++) size += sampleSizes.u32();
    }
    if (startByte < endByte || size > LARGEST_EXTENT_BYTES) return undefined;
    const merged = (sizes[count - 1] ?? 0) + size;
    if (count > 0 && startByte === endByte && merged <= LARGEST_EXTENT_BYTES) {
      sizes[count - 1] = merged;
    } else {
      starts[count] = startByte;
      sizes[count] = size;
      count++;
    }
    const run = runs.at(-1);
    if (run?.description === description) {
      run.samples += samples;
      run.bytes += size;
    } else {
      runs.push({ samples, bytes: size, description });
    }
    sample += samples;
    endByte = startByte + size;
    totalBytes += size;
  }
  if (sample < sampleCount) return undefined;
  return {
    count,
    // Shorten the arrays in place. A slice would leave the longer ones to the garbage collector.
    starts: new Float64Array(starts.buffer.transfer(count * 8)),
    sizes: new Uint32Array(sizes.buffer.transfer(count * 4)),
    totalBytes,
    runs,
  };
}

/** Formats that QuickTime's rule for PCM doesn't apply to. Their sample sizes are in bytes. */
const PACKET_FORMATS = new Set("mp4a ac-3 ec-3 Opus samr sawb dtsc .mp3 ipcm fpcm".split(" "));

/**
 * Returns the bytes of a sample if all samples have the same size. Old QuickTime files give PCM
 * frames the size 1, and put the bytes into version 1 of the sound description (QuickTime File
 * Format, 2012, p. 178).
 */
function uniformSampleBytes(
  format: string,
  { version, channels, bits, packet }: SoundDescription,
  size: number,
): number | undefined {
  if (version === 0 && PACKET_FORMATS.has(format)) return size;
  if (version === 0 && size === (channels * bits) / 8) return size;
  if (packet?.samples === 1 && (size === packet.frameBytes || size === 1)) return packet.frameBytes;
  return undefined;
}
