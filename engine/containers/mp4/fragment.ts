import { type Box, MalformedBox, openBox } from "../../../parsing/box.ts";
import { readClock } from "../../../parsing/movie-boxes.ts";
import { makeBox } from "./make-box.ts";
import { SampleTimes } from "./sample-times.ts";

/** Describes the audio of one movie fragment (ISO/IEC 14496-12 §8.8), with rewritten tables. */
export interface AudioFragment {
  /** A `moof` with the one track, followed by the header of its `mdat`. */
  header: Buffer;
  /** Where the audio is in the source, in order. */
  extents: { startByte: number; endByte: number }[];
  times: SampleTimes;
  /** When the fragment begins on the track's clock, if it says so. */
  startTicks: number | undefined;
  /** The total length of its samples. */
  ticks: number;
}

/** The defaults from the movie's `trex` box, for fragments that don't state their own values. */
export interface FragmentDefaults {
  trackId: number;
  ticks: number;
  bytes: number;
}

export function readDefaults(moov: Box, trackId: number): FragmentDefaults {
  for (const box of moov.find("mvex")?.children() ?? []) {
    if (box.type !== "trex") continue;
    const { fields } = box.fullFields();
    if (fields.u32() !== trackId) continue;
    // Skip the number of the sample description.
    return { trackId, ticks: fields.skip(4).u32(), bytes: fields.u32() };
  }
  return { trackId, ticks: 0, bytes: 0 };
}

/** Reads the total length of all fragments from the movie box (§8.8.2). Few writers state it. */
export function readStatedSeconds(moov: Box): number | undefined {
  const mvhd = moov.find("mvhd");
  const mehd = moov.find("mvex", "mehd")?.fullFields();
  if (!mvhd || !mehd) return undefined;
  const { timescale } = readClock(mvhd);
  const ticks = mehd.fields.u64(mehd.isLong);
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
 * Rewrites a fragment's tables so that they describe only its audio.
 *
 * @param moofStart the byte of the source at which the fragment begins
 * @returns undefined if the fragment has no sample of the track
 */
export function extractAudio(
  moof: Buffer,
  moofStart: number,
  defaults: FragmentDefaults,
): AudioFragment | undefined {
  const children = openBox(moof, "moof").children();
  const traf = children.find(
    (box) =>
      box.type === "traf" && box.find("tfhd")?.fullFields().fields.u32() === defaults.trackId,
  );
  const mfhd = children.find(({ type }) => type === "mfhd");
  if (!traf || !mfhd) return undefined;
  const boxes = traf.children();
  const tfhd = boxes.find(({ type }) => type === "tfhd");
  if (!tfhd) return undefined;
  const own = readFragmentHeader(tfhd, defaults);
  // Without an explicit base, offsets count from the fragment's start. An older rule, "after the
  // previous track's data", only matters for a second track without an offset. No writer produces
  // that.
  let position = own.baseByte ?? moofStart;
  const base = position;

  const extents: AudioFragment["extents"] = [];
  const runs: Buffer[] = [];
  const offsets: number[] = [];
  let totalBytes = 0;
  let ticks = 0;
  const times = new SampleTimes();
  for (const trun of boxes.filter(({ type }) => type === "trun")) {
    const run = readRun(trun, own, times);
    if (run.dataOffset !== undefined) position = base + run.dataOffset;
    offsets.push(totalBytes);
    runs.push(run.rewritten);
    totalBytes += run.bytes;
    ticks += run.ticks;
    if (run.bytes > 0) extents.push({ startByte: position, endByte: position + run.bytes });
    position += run.bytes;
  }
  if (totalBytes === 0) return undefined;
  const tfdt = boxes.find(({ type }) => type === "tfdt");
  const header = makeBox(
    "moof",
    mfhd.whole,
    makeBox("traf", own.rewritten, ...(tfdt ? [tfdt.whole] : []), ...runs),
  );
  // A rewritten run has its offset in the four bytes after its sample count.
  let at = header.length - runs.reduce((sum, run) => sum + run.length, 0);
  for (const [index, run] of runs.entries()) {
    header.writeInt32BE(header.length + 8 + (offsets[index] as number), at + 16);
    at += run.length;
  }
  const mdat = Buffer.alloc(8);
  mdat.writeUInt32BE(8 + totalBytes, 0);
  mdat.write("mdat", 4, "latin1");
  const startTicks = tfdt && readStartTicks(tfdt);
  return { header: Buffer.concat([header, mdat]), extents, times, startTicks, ticks };
}

/** Reads when the fragment begins (§8.8.12). */
function readStartTicks(tfdt: Box): number {
  const { version, fields } = tfdt.fullFields();
  return version === 1 ? fields.u64() : fields.u32();
}

function readFragmentHeader(tfhd: Box, defaults: FragmentDefaults) {
  const { flags, fields } = tfhd.fullFields();
  fields.skip(4);
  const baseByte = flags & BASE_DATA_OFFSET ? fields.u64() : undefined;
  const rest = fields.rest();
  if (flags & SAMPLE_DESCRIPTION) fields.skip(4);
  const ticks = flags & DEFAULT_DURATION ? fields.u32() : defaults.ticks;
  const bytes = flags & DEFAULT_SIZE ? fields.u32() : defaults.bytes;
  const kept = flags & (SAMPLE_DESCRIPTION | DEFAULT_DURATION | DEFAULT_SIZE | DEFAULT_FLAGS);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(kept | DEFAULT_BASE_IS_MOOF, 0);
  head.writeUInt32BE(defaults.trackId, 4);
  return { ticks, bytes, baseByte, rewritten: makeBox("tfhd", head, rest) };
}

function readRun(trun: Box, own: { ticks: number; bytes: number }, times: SampleTimes) {
  const { version, flags, fields } = trun.fullFields();
  const count = fields.u32();
  const dataOffset = flags & DATA_OFFSET ? fields.i32() : undefined;
  const rest = fields.rest();
  if (flags & FIRST_SAMPLE_FLAGS) fields.skip(4);
  const hasTicks = (flags & SAMPLE_DURATION) !== 0;
  const hasBytes = (flags & SAMPLE_SIZE) !== 0;
  // These fields come after a sample's length and size.
  const otherBytes = 4 * [SAMPLE_FLAGS, SAMPLE_TIME_OFFSET].filter((flag) => flags & flag).length;
  const sampleBytes = (hasTicks ? 4 : 0) + (hasBytes ? 4 : 0) + otherBytes;
  if (count * sampleBytes > fields.left) throw new MalformedBox("trun is cut");
  if (!hasTicks) times.add(count, own.ticks);
  let ticks = hasTicks ? 0 : count * own.ticks;
  let bytes = hasBytes ? 0 : count * own.bytes;
  for (let sample = 0; sample < count && sampleBytes > 0; sample++) {
    if (hasTicks) {
      const length = fields.u32();
      times.add(1, length);
      ticks += length;
    }
    if (hasBytes) bytes += fields.u32();
    fields.skip(otherBytes);
  }
  const head = Buffer.alloc(12);
  head.writeUInt8(version, 0);
  head.writeUIntBE(flags | DATA_OFFSET, 1, 3);
  head.writeUInt32BE(count, 4);
  return { dataOffset, bytes, ticks, rewritten: makeBox("trun", head, rest) };
}
