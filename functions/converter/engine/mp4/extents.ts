import type { AudioTrack } from "./audio-track.ts";
import { type Box, findBox, listBoxes, MalformedBox } from "./box.ts";

/** Where a track's bytes lie in the file: runs in file order, neighbours merged. */
export interface Extents {
  count: number;
  starts: Float64Array;
  sizes: Float64Array;
  /** Sum of the sizes. */
  totalBytes: number;
}

/**
 * The chunks of a track from its tables (§8.7). Returns undefined where ffmpeg's own reading is the
 * safer one: compact sizes, chunks out of file order, old QuickTime sample sizes that aren't bytes.
 */
export function readExtents(moov: Buffer, track: AudioTrack): Extents | undefined {
  const table = (type: string) => findBox(moov, track.trak, "mdia", "minf", "stbl", type);
  const [stsc, stsz, stco, co64] = ["stsc", "stsz", "stco", "co64"].map(table);
  const offsets = stco ?? co64;
  if (!stsc || !stsz || !offsets) return undefined;
  const offsetBytes = stco ? 4 : 8;
  const countAt = (box: Box, skip: number, entryBytes: number): number => {
    const count = moov.readUInt32BE(box.bodyStart + skip);
    if (box.bodyStart + skip + 4 + count * entryBytes > box.end) {
      throw new MalformedBox(`${box.type} is cut`);
    }
    return count;
  };
  const chunkCount = countAt(offsets, 4, offsetBytes);
  const runCount = countAt(stsc, 4, 12);
  const uniformSize = moov.readUInt32BE(stsz.bodyStart + 4);
  const sampleCount = uniformSize ? moov.readUInt32BE(stsz.bodyStart + 8) : countAt(stsz, 8, 4);
  if (runCount === 0 && chunkCount > 0) return undefined;
  const scale = uniformSize ? uniformSampleBytes(moov, track, uniformSize) : 0;
  if (scale === undefined) return undefined;

  const starts = new Float64Array(chunkCount);
  const sizes = new Float64Array(chunkCount);
  let count = 0;
  let totalBytes = 0;
  let run = 0;
  let sample = 0;
  for (let chunk = 0; chunk < chunkCount && sample < sampleCount; chunk++) {
    const nextRun = stsc.bodyStart + 8 + (run + 1) * 12;
    if (run + 1 < runCount && moov.readUInt32BE(nextRun) <= chunk + 1) run++;
    const samples = Math.min(
      moov.readUInt32BE(stsc.bodyStart + 8 + run * 12 + 4),
      sampleCount - sample,
    );
    let size = samples * scale;
    if (!uniformSize) {
      for (let index = 0; index < samples; index++) {
        size += moov.readUInt32BE(stsz.bodyStart + 12 + (sample + index) * 4);
      }
    }
    sample += samples;
    const at = offsets.bodyStart + 8 + chunk * offsetBytes;
    const start = stco ? moov.readUInt32BE(at) : Number(moov.readBigUInt64BE(at));
    totalBytes += size;
    const last = count - 1;
    const lastEnd = count > 0 ? (starts[last] as number) + (sizes[last] as number) : 0;
    if (start < lastEnd) return undefined;
    if (count > 0 && start === lastEnd) {
      sizes[last] = (sizes[last] as number) + size;
    } else {
      starts[count] = start;
      sizes[count] = size;
      count++;
    }
  }
  if (sample < sampleCount) return undefined;
  return { count, starts: starts.subarray(0, count), sizes: sizes.subarray(0, count), totalBytes };
}

/** Sample entries of compressed sound, whose samples are packets: a size is one in bytes. */
const PACKET_FORMATS = new Set("mp4a ac-3 ec-3 Opus samr sawb dtsc .mp3".split(" "));

/**
 * Bytes of a sample where all have one size. Old QuickTime counts PCM frames as samples of size 1
 * and tells the bytes in version 1 of the sound description (QuickTime File Format, 2012, p. 178).
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
