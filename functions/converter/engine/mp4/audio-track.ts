import { type Box, findBox, listBoxes, MalformedBox, makeBox } from "./box.ts";

/** Where a track's bytes lie in the file: runs in file order, neighbours merged. */
export interface Extents {
  count: number;
  starts: Float64Array;
  sizes: Float64Array;
  /** Sum of the sizes. */
  totalBytes: number;
}

export interface AudioTrack {
  trak: Box;
  format: string;
  isEncrypted: boolean;
  isEnabled: boolean;
  timescale: number;
  /** Silence before the track starts on the movie's time line. */
  delaySeconds: number;
  /** Samples in front that the edit list drops, such as an encoder's priming, in seconds. */
  primingSeconds: number;
  /** What the track presents, after its edit list; undefined where edits are many or contradictory. */
  durationSeconds: number | undefined;
  /** Whether the duration is right to the sample: all samples but the last last alike. */
  isExact: boolean;
}

/** Full-box fields start behind version and flags. */
const FLAGS_BYTES = 4;

/** All sound tracks of a movie box. */
export function listAudioTracks(moov: Buffer): AudioTrack[] {
  const root: Box = { type: "moov", start: 0, bodyStart: 8, end: moov.length };
  const boxes = listBoxes(moov, root.bodyStart, root.end);
  const mvhd = boxes.find((box) => box.type === "mvhd");
  if (!mvhd) throw new MalformedBox("no mvhd");
  const movieTimescale = moov.readUInt32BE(
    mvhd.bodyStart + FLAGS_BYTES + (moov[mvhd.bodyStart] === 1 ? 16 : 8),
  );
  return boxes
    .filter((box) => box.type === "trak")
    .flatMap((trak) => {
      const handler = findBox(moov, trak, "mdia", "hdlr");
      if (
        !handler ||
        moov.toString("latin1", handler.bodyStart + 8, handler.bodyStart + 12) !== "soun"
      ) {
        return [];
      }
      return [parseAudioTrack(moov, trak, movieTimescale)];
    });
}

function parseAudioTrack(moov: Buffer, trak: Box, movieTimescale: number): AudioTrack {
  const tkhd = findBox(moov, trak, "tkhd");
  const mdhd = findBox(moov, trak, "mdia", "mdhd");
  const stsd = findBox(moov, trak, "mdia", "minf", "stbl", "stsd");
  if (!tkhd || !mdhd || !stsd) throw new MalformedBox("a track lacks its headers");
  const entry = listBoxes(moov, stsd.bodyStart + 8, stsd.end)[0];
  if (!entry) throw new MalformedBox("a track without sample description");
  const timescale = moov.readUInt32BE(
    mdhd.bodyStart + FLAGS_BYTES + (moov[mdhd.bodyStart] === 1 ? 16 : 8),
  );
  const times = readEdits(moov, trak, movieTimescale);
  const stts = findBox(moov, trak, "mdia", "minf", "stbl", "stts");
  const media = stts && sumSampleTimes(moov, stts);
  return {
    trak,
    format: entry.type,
    // Common encryption (ISO/IEC 23001-7) and Apple's FairPlay rename the sample entry.
    isEncrypted: ["enca", "drms"].includes(entry.type),
    isEnabled: ((moov[tkhd.bodyStart + 3] ?? 0) & 1) === 1,
    timescale,
    delaySeconds: times?.delaySeconds ?? 0,
    primingSeconds: times && timescale > 0 ? times.mediaStart / timescale : 0,
    durationSeconds:
      times && media && timescale > 0
        ? presentedTicks(media.ticks, times, timescale) / timescale
        : undefined,
    isExact: media?.isUniform ?? false,
  };
}

interface Edits {
  delaySeconds: number;
  /** First media tick that is presented. */
  mediaStart: number;
  /** Length of the one edit; undefined for "all". */
  lengthSeconds: number | undefined;
  tickSeconds: number;
}

/** Reads an edit list (§8.6.6) of any empty edits and at most one other; undefined for others. */
function readEdits(moov: Buffer, trak: Box, movieTimescale: number): Edits | undefined {
  const edits: Edits = {
    delaySeconds: 0,
    mediaStart: 0,
    lengthSeconds: undefined,
    tickSeconds: 1 / movieTimescale,
  };
  const elst = findBox(moov, trak, "edts", "elst");
  if (!elst) return edits;
  const isLong = moov[elst.bodyStart] === 1;
  const count = moov.readUInt32BE(elst.bodyStart + FLAGS_BYTES);
  const entryBytes = isLong ? 20 : 12;
  if (elst.bodyStart + 8 + count * entryBytes > elst.end) throw new MalformedBox("elst is cut");
  let mediaEdits = 0;
  for (let index = 0; index < count; index++) {
    const at = elst.bodyStart + 8 + index * entryBytes;
    const length = isLong ? Number(moov.readBigUInt64BE(at)) : moov.readUInt32BE(at);
    const mediaTime = isLong ? Number(moov.readBigInt64BE(at + 8)) : moov.readInt32BE(at + 4);
    if (mediaTime < 0) {
      if (mediaEdits > 0) return undefined;
      edits.delaySeconds += length / movieTimescale;
    } else {
      if (++mediaEdits > 1) return undefined;
      edits.mediaStart = mediaTime;
      edits.lengthSeconds = length > 0 ? length / movieTimescale : undefined;
    }
  }
  return edits;
}

/**
 * Adds up the samples' times. Recorders write gaps and jitter into them, which the decoder's output
 * doesn't have; then every sample counts as the most frequent one.
 */
function sumSampleTimes(moov: Buffer, stts: Box): { ticks: number; isUniform: boolean } {
  const count = moov.readUInt32BE(stts.bodyStart + FLAGS_BYTES);
  if (stts.bodyStart + 8 + count * 8 > stts.end) throw new MalformedBox("stts is cut");
  let ticks = 0;
  let samples = 0;
  let longestRun = 0;
  let usualTicks = 0;
  for (let at = stts.bodyStart + 8; at < stts.bodyStart + 8 + count * 8; at += 8) {
    const run = moov.readUInt32BE(at);
    const delta = moov.readUInt32BE(at + 4);
    ticks += run * delta;
    samples += run;
    if (run > longestRun) [longestRun, usualTicks] = [run, delta];
  }
  const isUniform = samples - longestRun <= 1 && ticks <= samples * usualTicks;
  return { ticks: isUniform ? ticks : samples * usualTicks, isUniform };
}

/** The edit's length is in the movie's coarse ticks: where it means "all", the samples tell better. */
function presentedTicks(total: number, edits: Edits, timescale: number): number {
  const available = Math.max(0, total - edits.mediaStart);
  if (edits.lengthSeconds === undefined) return available;
  const asked = edits.lengthSeconds * timescale;
  const rounding = edits.tickSeconds * timescale + 1;
  return asked >= available - rounding ? available : Math.round(asked);
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
  if (version === 0 && size === (channels * bits) / 8) return size;
  if (version === 1 && entry.end - entry.bodyStart >= 44) {
    const samplesPerPacket = moov.readUInt32BE(entry.bodyStart + 28);
    const bytesPerFrame = moov.readUInt32BE(entry.bodyStart + 36);
    if (samplesPerPacket === 1 && (size === bytesPerFrame || size === 1)) return bytesPerFrame;
  }
  return undefined;
}

/** The movie box with this one track, as if its chunks lay end to end from `dataStart` on. */
export function rebuildMovie(
  moov: Buffer,
  track: AudioTrack,
  extents: Extents,
  dataStart: number,
): Buffer {
  return keepTrack(moov, track, (offsets) => moveChunks(moov, offsets, extents, dataStart));
}

/** The movie box of a fragmented file with this one track, whose samples are in the fragments. */
export function rebuildFragmentedMovie(moov: Buffer, track: AudioTrack): Buffer {
  return keepTrack(moov, track, (offsets) => moov.subarray(offsets.start, offsets.end));
}

function keepTrack(moov: Buffer, track: AudioTrack, move: (offsets: Box) => Buffer): Buffer {
  const kept = listBoxes(moov, 8, moov.length).filter(
    (box) => box.start === track.trak.start || ["mvhd", "mvex", "udta", "meta"].includes(box.type),
  );
  return makeBox(
    "moov",
    ...kept.map((box) =>
      box.type === "trak" ? rebuildBox(moov, box, move) : moov.subarray(box.start, box.end),
    ),
  );
}

const PATH_TO_CHUNKS = ["trak", "mdia", "minf", "stbl"];

function rebuildBox(moov: Buffer, box: Box, move: (offsets: Box) => Buffer): Buffer {
  const children = listBoxes(moov, box.bodyStart, box.end)
    // A reference to a track that is no longer there, such as the chapters' text.
    .filter((child) => child.type !== "tref")
    .map((child) => {
      if (child.type === "stco" || child.type === "co64") return move(child);
      return PATH_TO_CHUNKS.includes(child.type)
        ? rebuildBox(moov, child, move)
        : moov.subarray(child.start, child.end);
    });
  return makeBox(box.type, ...children);
}

function moveChunks(moov: Buffer, offsets: Box, extents: Extents, dataStart: number): Buffer {
  const isShort = offsets.type === "stco";
  const count = moov.readUInt32BE(offsets.bodyStart + FLAGS_BYTES);
  const body = Buffer.alloc(8 + count * 8);
  body.writeUInt32BE(count, 4);
  let extent = 0;
  let extentAt = dataStart;
  for (let chunk = 0; chunk < count; chunk++) {
    const at = offsets.bodyStart + 8 + chunk * (isShort ? 4 : 8);
    const start = isShort ? moov.readUInt32BE(at) : Number(moov.readBigUInt64BE(at));
    while (
      extent < extents.count - 1 &&
      start >= (extents.starts[extent] as number) + (extents.sizes[extent] as number)
    ) {
      extentAt += extents.sizes[extent] as number;
      extent++;
    }
    const moved = extentAt + start - (extents.starts[extent] ?? start);
    body.writeBigUInt64BE(BigInt(Math.max(0, moved)), 8 + chunk * 8);
  }
  return makeBox("co64", body);
}
