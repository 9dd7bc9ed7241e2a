import type { Extents } from "../../reading/read-plan.ts";
import type { AudioTrack } from "./audio-track.ts";
import { findBox, listBoxes } from "./box.ts";
import { countEntries, listChunks } from "./chunks.ts";

/** Where a track's bytes are in the file: runs in file order, with neighbours merged. */
export interface TrackExtents extends Extents {
  /** The same bytes without gaps, as runs of samples that share a description. */
  runs: SampleRun[];
}

export interface SampleRun {
  samples: number;
  bytes: number;
  description: number;
}

/** Longer runs are two, so that a size fits its array. */
const LARGEST_EXTENT_BYTES = 2 ** 31;

/**
 * The chunks of a track from its tables (§8.7). Returns undefined where ffmpeg's own reading is the
 * safer one: compact sizes, chunks out of file order or of gigabytes, old QuickTime sample sizes that
 * aren't bytes.
 */
export function readExtents(moov: Buffer, track: AudioTrack): TrackExtents | undefined {
  const table = (type: string) => findBox(moov, track.trak, "mdia", "minf", "stbl", type);
  const stsz = table("stsz");
  const offsets = table("stco") ?? table("co64");
  if (!stsz || !offsets || !table("stsc")) return undefined;
  const chunkCount = countEntries(moov, offsets, 4, offsets.type === "stco" ? 4 : 8);
  const uniformSize = moov.readUInt32BE(stsz.bodyStart + 4);
  const sampleCount = uniformSize
    ? moov.readUInt32BE(stsz.bodyStart + 8)
    : countEntries(moov, stsz, 8, 4);
  const scale = uniformSize ? uniformSampleBytes(moov, track, uniformSize) : 0;
  if (scale === undefined) return undefined;

  const starts = new Float64Array(chunkCount);
  const sizes = new Uint32Array(chunkCount);
  const runs: SampleRun[] = [];
  let count = 0;
  let totalBytes = 0;
  let sample = 0;
  let endByte = 0;
  for (const { startByte, description, ...chunk } of listChunks(moov, track.trak)) {
    if (sample >= sampleCount) break;
    const samples = Math.min(chunk.samples, sampleCount - sample);
    let size = samples * scale;
    if (!uniformSize) {
      for (let index = 0; index < samples; index++) {
        size += moov.readUInt32BE(stsz.bodyStart + 12 + (sample + index) * 4);
      }
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
    // They are shortened in place. A slice would leave the longer ones for the garbage collector.
    starts: new Float64Array(starts.buffer.transfer(count * 8)),
    sizes: new Uint32Array(sizes.buffer.transfer(count * 4)),
    totalBytes,
    runs,
  };
}

/** Sample entries that QuickTime's rule for PCM doesn't concern: a size is one in bytes. */
const PACKET_FORMATS = new Set("mp4a ac-3 ec-3 Opus samr sawb dtsc .mp3 ipcm fpcm".split(" "));

/**
 * Bytes of a sample where all have one size. Old QuickTime counts PCM frames as samples of size 1
 * and has the bytes in version 1 of the sound description (QuickTime File Format, 2012, p. 178).
 */
function uniformSampleBytes(moov: Buffer, track: AudioTrack, size: number): number | undefined {
  const stsd = findBox(moov, track.trak, "mdia", "minf", "stbl", "stsd");
  const entry = stsd && listBoxes(moov, stsd.bodyStart + 8, stsd.end)[0];
  if (!entry || entry.end - entry.bodyStart < 28) return undefined;
  const version = moov.readUInt16BE(entry.bodyStart + 8);
  const channels = moov.readUInt16BE(entry.bodyStart + 16);
  const bits = moov.readUInt16BE(entry.bodyStart + 18);
  if (version === 0 && PACKET_FORMATS.has(entry.type)) return size;
  if (version === 0 && size === (channels * bits) / 8) return size;
  if (version === 1 && entry.end - entry.bodyStart >= 44) {
    const samplesPerPacket = moov.readUInt32BE(entry.bodyStart + 28);
    const bytesPerFrame = moov.readUInt32BE(entry.bodyStart + 36);
    if (samplesPerPacket === 1 && (size === bytesPerFrame || size === 1)) return bytesPerFrame;
  }
  return undefined;
}
