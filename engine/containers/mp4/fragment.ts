import { type Box, findBox, listBoxes, MalformedBox, makeBox } from "./box.ts";
import { SampleTimes } from "./sample-times.ts";

/** The audio of one movie fragment (ISO/IEC 14496-12 §8.8), with its tables rewritten. */
export interface AudioFragment {
  /** A `moof` with the one track, followed by the header of its `mdat`. */
  header: Buffer;
  /** Where the audio is in the source, in order. */
  extents: { startByte: number; endByte: number }[];
  times: SampleTimes;
}

/** Sample values that a movie's `trex` gives to fragments that don't say. */
export interface FragmentDefaults {
  trackId: number;
  ticks: number;
  bytes: number;
}

/** The number of a track, from its header. */
export function readTrackId(moov: Buffer, trak: Box): number {
  const tkhd = findBox(moov, trak, "tkhd");
  if (!tkhd) throw new MalformedBox("no tkhd");
  return moov.readUInt32BE(tkhd.bodyStart + (moov[tkhd.bodyStart] === 1 ? 20 : 12));
}

export function readDefaults(moov: Buffer, trackId: number): FragmentDefaults {
  const root: Box = { type: "moov", start: 0, bodyStart: 8, end: moov.length };
  const mvex = findBox(moov, root, "mvex");
  const trex =
    mvex &&
    listBoxes(moov, mvex.bodyStart, mvex.end).find(
      (box) => box.type === "trex" && moov.readUInt32BE(box.bodyStart + 4) === trackId,
    );
  if (!trex) return { trackId, ticks: 0, bytes: 0 };
  return {
    trackId,
    ticks: moov.readUInt32BE(trex.bodyStart + 12),
    bytes: moov.readUInt32BE(trex.bodyStart + 16),
  };
}

/**
 * The total length of all fragments according to the movie (§8.8.2), in seconds. Few writers give
 * it.
 */
export function readStatedSeconds(moov: Buffer): number | undefined {
  const root: Box = { type: "moov", start: 0, bodyStart: 8, end: moov.length };
  const mvhd = findBox(moov, root, "mvhd");
  const mehd = findBox(moov, root, "mvex", "mehd");
  if (!mvhd || !mehd) return undefined;
  const timescale = moov.readUInt32BE(mvhd.bodyStart + (moov[mvhd.bodyStart] === 1 ? 20 : 12));
  const at = mehd.bodyStart + 4;
  const ticks =
    moov[mehd.bodyStart] === 1 ? Number(moov.readBigUInt64BE(at)) : moov.readUInt32BE(at);
  return ticks > 0 && timescale > 0 ? ticks / timescale : undefined;
}

const BASE_DATA_OFFSET = 0x1;
const SAMPLE_DESCRIPTION = 0x2;
const DEFAULT_DURATION = 0x8;
const DEFAULT_SIZE = 0x10;
const DEFAULT_FLAGS = 0x20;
const DEFAULT_BASE_IS_MOOF = 0x20000;

const DATA_OFFSET = 0x1;
const FIRST_SAMPLE_FLAGS = 0x4;
const SAMPLE_DURATION = 0x100;
const SAMPLE_SIZE = 0x200;
const SAMPLE_FLAGS = 0x400;
const SAMPLE_TIME_OFFSET = 0x800;

/**
 * Rewrites a fragment for its audio alone. `moofStart` is its place in the source, in bytes.
 * Returns undefined if the fragment has no sample of the track.
 */
export function extractAudio(
  moof: Buffer,
  moofStart: number,
  defaults: FragmentDefaults,
): AudioFragment | undefined {
  const children = listBoxes(moof, 8, moof.length);
  const traf = children.find((box) => {
    const header = box.type === "traf" && findBox(moof, box, "tfhd");
    return header && moof.readUInt32BE(header.bodyStart + 4) === defaults.trackId;
  });
  const mfhd = children.find(({ type }) => type === "mfhd");
  if (!traf || !mfhd) return undefined;
  const boxes = listBoxes(moof, traf.bodyStart, traf.end);
  const tfhd = boxes.find(({ type }) => type === "tfhd");
  if (!tfhd) return undefined;
  const own = readFragmentHeader(moof, tfhd, defaults);
  // Without an explicit base, offsets count from the fragment. The other old rule, "after the
  // previous track's data", is only for a second track without an offset, which no writer produces.
  let position = own.baseByte ?? moofStart;
  const base = position;

  const extents: AudioFragment["extents"] = [];
  const runs: Buffer[] = [];
  const offsets: number[] = [];
  let totalBytes = 0;
  const times = new SampleTimes();
  for (const trun of boxes.filter(({ type }) => type === "trun")) {
    const run = readRun(moof, trun, own, times);
    if (run.dataOffset !== undefined) position = base + run.dataOffset;
    offsets.push(totalBytes);
    runs.push(run.rewritten);
    totalBytes += run.bytes;
    if (run.bytes > 0) extents.push({ startByte: position, endByte: position + run.bytes });
    position += run.bytes;
  }
  if (totalBytes === 0) return undefined;
  const tfdt = boxes.find(({ type }) => type === "tfdt");
  const header = makeBox(
    "moof",
    moof.subarray(mfhd.start, mfhd.end),
    makeBox("traf", own.rewritten, ...(tfdt ? [moof.subarray(tfdt.start, tfdt.end)] : []), ...runs),
  );
  // Every rewritten run has its offset in the four bytes after its sample count.
  let at = header.length - runs.reduce((sum, run) => sum + run.length, 0);
  for (const [index, run] of runs.entries()) {
    header.writeInt32BE(header.length + 8 + (offsets[index] as number), at + 16);
    at += run.length;
  }
  const mdat = Buffer.alloc(8);
  mdat.writeUInt32BE(8 + totalBytes, 0);
  mdat.write("mdat", 4, "latin1");
  return { header: Buffer.concat([header, mdat]), extents, times };
}

function readFlags(bytes: Buffer, box: Box): number {
  return bytes.readUInt32BE(box.bodyStart) & 0xffffff;
}

function readFragmentHeader(moof: Buffer, tfhd: Box, defaults: FragmentDefaults) {
  const flags = readFlags(moof, tfhd);
  let at = tfhd.bodyStart + 8;
  let { ticks, bytes } = defaults;
  let baseByte: number | undefined;
  if (flags & BASE_DATA_OFFSET) {
    baseByte = Number(moof.readBigUInt64BE(at));
    at += 8;
  }
  const rest = moof.subarray(at, tfhd.end);
  if (flags & SAMPLE_DESCRIPTION) at += 4;
  if (flags & DEFAULT_DURATION) {
    ticks = moof.readUInt32BE(at);
    at += 4;
  }
  if (flags & DEFAULT_SIZE) {
    bytes = moof.readUInt32BE(at);
    at += 4;
  }
  const kept = flags & (SAMPLE_DESCRIPTION | DEFAULT_DURATION | DEFAULT_SIZE | DEFAULT_FLAGS);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(kept | DEFAULT_BASE_IS_MOOF, 0);
  head.writeUInt32BE(defaults.trackId, 4);
  return { ticks, bytes, baseByte, rewritten: makeBox("tfhd", head, rest) };
}

function readRun(
  moof: Buffer,
  trun: Box,
  own: { ticks: number; bytes: number },
  times: SampleTimes,
) {
  const flags = readFlags(moof, trun);
  const count = moof.readUInt32BE(trun.bodyStart + 4);
  let at = trun.bodyStart + 8;
  let dataOffset: number | undefined;
  if (flags & DATA_OFFSET) {
    dataOffset = moof.readInt32BE(at);
    at += 4;
  }
  const rest = moof.subarray(at, trun.end);
  if (flags & FIRST_SAMPLE_FLAGS) at += 4;
  const fields = [SAMPLE_DURATION, SAMPLE_SIZE, SAMPLE_FLAGS, SAMPLE_TIME_OFFSET].filter(
    (flag) => flags & flag,
  );
  if (at + count * fields.length * 4 > trun.end) throw new MalformedBox("trun is cut");
  const ticksAt = fields.indexOf(SAMPLE_DURATION);
  const bytesAt = fields.indexOf(SAMPLE_SIZE);
  if (ticksAt < 0) times.add(count, own.ticks);
  let bytes = bytesAt < 0 ? count * own.bytes : 0;
  for (let sample = 0; sample < count && fields.length > 0; sample++) {
    if (ticksAt >= 0) times.add(1, moof.readUInt32BE(at + ticksAt * 4));
    if (bytesAt >= 0) bytes += moof.readUInt32BE(at + bytesAt * 4);
    at += fields.length * 4;
  }
  const head = Buffer.alloc(12);
  head.writeUInt32BE(moof.readUInt32BE(trun.bodyStart) | DATA_OFFSET, 0);
  head.writeUInt32BE(count, 4);
  return { dataOffset, bytes, rewritten: makeBox("trun", head, rest) };
}
