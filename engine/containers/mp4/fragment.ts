import { type Box, openBox } from "../../../parsing/box.ts";
import { readClock } from "../../../parsing/movie-boxes.ts";
import { makeBox } from "./make-box.ts";
import { SampleTimes } from "./sample-times.ts";

/** Describes the audio of one movie fragment (ISO/IEC 14496-12 §8.8), with rewritten tables. */
export interface AudioFragment {
  /** A `moof` with the one track, followed by the header of its `mdat`. */
  header: Buffer;
  /** Where the audio is in the source, in order. */
  extents: ByteRange[];
  times: SampleTimes;
  /** When the fragment begins on the track's clock, if it says so. */
  startTicks: number | undefined;
  /** The total length of its samples. */
  ticks: number;
  /** Whether samples were left out because they are missing in the tables or the data. */
  isCut: boolean;
  /** Returns the fragment with only its first samples, up to the first one outside the range. */
  clip(within: ByteRange): AudioFragment | undefined;
}

/** A stretch of the source. */
interface ByteRange {
  startByte: number;
  endByte: number;
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
 * Rewrites a fragment's tables so that they describe only its audio. If a box or a table claims
 * more than fits into its parent, it is read as far as it fits.
 *
 * @param moofStart the byte of the source at which the fragment begins
 * @param within the range that has the data, in order. Reading stops at the first sample outside
 * it.
 * @returns undefined if the fragment has no sample of the track
 */
export function extractAudio(
  moof: Buffer,
  moofStart: number,
  defaults: FragmentDefaults,
  within?: ByteRange,
): AudioFragment | undefined {
  const children = openBox(moof, "moof").clippedChildren();
  const isOfTrack = (box: Box) => box.fullFields().fields.u32() === defaults.trackId;
  const boxes = children
    .filter(({ type }) => type === "traf")
    .map((traf) => traf.clippedChildren())
    .find((found) => found.some((box) => box.type === "tfhd" && isOfTrack(box)));
  const mfhd = children.find(({ type }) => type === "mfhd");
  const tfhd = boxes?.find(({ type }) => type === "tfhd");
  if (!boxes || !mfhd || !tfhd) return undefined;
  const own = readFragmentHeader(tfhd, defaults);
  // Without an explicit base, offsets count from the fragment's start. An older rule, "after the
  // previous track's data", only matters for a second track without an offset. No writer produces
  // that.
  const base = own.baseByte ?? moofStart;

  const extents: AudioFragment["extents"] = [];
  const runs: Buffer[] = [];
  const offsets: number[] = [];
  let position = base;
  let from = within?.startByte;
  let totalBytes = 0;
  let ticks = 0;
  let isCut = false;
  const times = new SampleTimes();
  for (const trun of boxes.filter(({ type }) => type === "trun")) {
    const { flags, fields } = trun.fullFields();
    if (flags & DATA_OFFSET) position = base + fields.skip(4).i32();
    const isInOrder = from === undefined || position >= from;
    const room = isInOrder ? (within?.endByte ?? Number.POSITIVE_INFINITY) - position : -1;
    const run = readRun(trun, own, times, room);
    isCut ||= run.isCut;
    if (run.samples === 0 && run.isCut) break;
    offsets.push(totalBytes);
    runs.push(run.rewritten);
    totalBytes += run.bytes;
    ticks += run.ticks;
    if (run.bytes > 0) extents.push({ startByte: position, endByte: position + run.bytes });
    position += run.bytes;
    if (from !== undefined) from = position;
    if (run.isCut) break;
  }
  if (totalBytes === 0) return undefined;
  const start = readStartTime(boxes);
  const tfdt = start ? [start.tfdt] : [];
  const header = makeBox("moof", mfhd.whole, makeBox("traf", own.rewritten, ...tfdt, ...runs));
  // A rewritten run has its offset in the four bytes after its sample count.
  let at = header.length - runs.reduce((sum, run) => sum + run.length, 0);
  for (const [index, run] of runs.entries()) {
    header.writeInt32BE(header.length + 8 + (offsets[index] as number), at + 16);
    at += run.length;
  }
  const mdat = Buffer.alloc(8);
  mdat.writeUInt32BE(8 + totalBytes, 0);
  mdat.write("mdat", 4, "latin1");
  const whole = Buffer.concat([header, mdat]);
  return {
    ...{ header: whole, extents, times, startTicks: start?.ticks, ticks, isCut },
    clip: (range) => extractAudio(moof, moofStart, defaults, range),
  };
}

/** The id of the box with the time of a fragment of Smooth Streaming (MS-SSTR §2.2.4.4). */
const SMOOTH_TIME = Buffer.from("6d1d9b0542d544e680e2141daff757b2", "hex");

/** Finds when a fragment begins (§8.8.12). Smooth Streaming has the same fields in another box. */
function readStartTime(boxes: readonly Box[]): { tfdt: Buffer; ticks: number } | undefined {
  const own = boxes.find(({ type }) => type === "tfdt")?.body;
  const smooth = boxes
    .find(({ type, body }) => type === "uuid" && SMOOTH_TIME.equals(body.subarray(0, 16)))
    ?.body.subarray(16);
  const body = own ?? smooth ?? Buffer.alloc(0);
  const bytes = body[0] === 1 ? 12 : 8;
  if (body.length < bytes) return undefined;
  const tfdt = makeBox("tfdt", body.subarray(0, bytes));
  const { fields, isLong } = openBox(tfdt, "tfdt").fullFields();
  // With priming, the time may be negative.
  return { tfdt, ticks: isLong ? fields.i64() : fields.u32() };
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

/**
 * Reads a run's samples, up to the end of its table or until the data takes more than `room` bytes.
 */
function readRun(
  trun: Box,
  own: { ticks: number; bytes: number },
  times: SampleTimes,
  room: number,
) {
  const { version, flags, fields } = trun.fullFields();
  const count = fields.u32();
  if (flags & DATA_OFFSET) fields.skip(4);
  const rest = fields.rest();
  const prefixBytes = flags & FIRST_SAMPLE_FLAGS ? 4 : 0;
  fields.skip(prefixBytes);
  const hasTicks = (flags & SAMPLE_DURATION) !== 0;
  const hasBytes = (flags & SAMPLE_SIZE) !== 0;
  // These fields come after a sample's length and size.
  const otherBytes = 4 * [SAMPLE_FLAGS, SAMPLE_TIME_OFFSET].filter((flag) => flags & flag).length;
  const sampleBytes = (hasTicks ? 4 : 0) + (hasBytes ? 4 : 0) + otherBytes;
  const listed = sampleBytes > 0 ? Math.min(count, Math.floor(fields.left / sampleBytes)) : count;
  const most = hasBytes || own.bytes === 0 ? listed : Math.min(listed, room / own.bytes);
  const fitting = Math.max(0, Math.floor(most));
  let [samples, ticks, bytes] = [0, 0, 0];
  if (sampleBytes === 0) {
    samples = fitting;
    ticks = samples * own.ticks;
    bytes = samples * own.bytes;
    times.add(samples, own.ticks);
  }
  for (; samples < fitting; samples++) {
    const length = hasTicks ? fields.u32() : own.ticks;
    const size = hasBytes ? fields.u32() : own.bytes;
    if (bytes + size > room) break;
    fields.skip(otherBytes);
    times.add(1, length);
    ticks += length;
    bytes += size;
  }
  const head = Buffer.alloc(12);
  head.writeUInt8(version, 0);
  head.writeUIntBE(flags | DATA_OFFSET, 1, 3);
  head.writeUInt32BE(samples, 4);
  const kept = rest.subarray(0, prefixBytes + samples * sampleBytes);
  const rewritten = makeBox("trun", head, kept);
  return { samples, bytes, ticks, isCut: samples < count, rewritten };
}
