// biome-ignore-all lint/suspicious/noControlCharactersInRegex: files begin with them

import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted, type MissingEnd } from "./container.ts";

/** The first bytes of each format, and a function that reads at which byte such a file ends. */
const ENDS: readonly [start: RegExp, readEnd: (head: Buffer) => number | undefined][] = [
  // Uncompressed SWF (SWF File Format Specification, chapter 2). Compressed files begin
  // differently.
  [/^FWS[\x01-\x20]/, (head) => head.readUInt32LE(4)],
  // SMAF, Yamaha's ringtones. One chunk is the whole file.
  [/^MMMD/, (head) => 8 + head.readUInt32BE(4)],
  // SoX's native format: a header, then four bytes per sample. The count is 0 if unknown.
  [/^\.SoX/, (head) => countSox(head.readUInt32LE(4), head.readBigUInt64LE(8))],
  [/^XoS\./, (head) => countSox(head.readUInt32BE(4), head.readBigUInt64BE(8))],
  // Windows Recorded TV, a file system with 4 KB sectors. Its directory comes last.
  [/^\xb7\xd8\0 7I\xda\x11\xa6N\0\x07\xe9\^\xad\x8d/, (head) => readWtvEnd(head)],
  [/^\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02/, (head) => readMxfFooter(head)],
  [/^\.RMF/, (head) => readRealEnd(head)],
];

/** Shorter files have no complete header. */
const LEAST_BYTES = 64;

/**
 * Reads from its head at which byte a file of a rarer format ends. Returns undefined for other
 * files, and if the writer didn't know.
 */
export function readRareEnd(head: Buffer): number | undefined {
  if (head.length < LEAST_BYTES) return undefined;
  const start = head.toString("latin1", 0, 16);
  return ENDS.find(([pattern]) => pattern.test(start))?.[1](head);
}

const countSox = (headerBytes: number, samples: bigint): number | undefined =>
  samples > 0n ? headerBytes + 4 + 4 * Number(samples) : undefined;

const readWtvEnd = (head: Buffer): number =>
  head.readUInt32LE(0x38) * 4096 + head.readUInt32LE(0x30);

/**
 * Reads where an MXF's footer begins (SMPTE ST 377-1 §7.1). It is 0 if the file was never finished.
 */
function readMxfFooter(head: Buffer): number | undefined {
  const sizeByte = head.readUInt8(16);
  const packAt = 17 + (sizeByte > 0x80 ? sizeByte & 0x7f : 0);
  if (packAt + 32 > head.length) return undefined;
  return Number(head.readBigUInt64BE(packAt + 24)) || undefined;
}

/** The head of RealMedia's chunk of packets. Some writers count it twice. */
const REAL_HEAD_BYTES = 18;

/** Reads where a RealMedia file's packets end. Their chunk has the size 0 in a live recording. */
function readRealEnd(head: Buffer): number | undefined {
  for (let at = 0; at + 8 <= head.length; ) {
    const size = head.readUInt32BE(at + 4);
    if (head.toString("latin1", at, at + 4) === "DATA") {
      return size > 0 ? at + size - REAL_HEAD_BYTES : undefined;
    }
    at += Math.max(8, size);
  }
  return undefined;
}

/**
 * The size of a DV frame at 25 or 30 frames a second (IEC 61834). DVCPRO50 and HD have multiples.
 */
const DV_FRAME_BYTES = { pal: 144_000, ntsc: 120_000 };

/** Finds whether a DV recording ends inside a frame. */
export async function findCutDvFrame(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  if (head.length < LEAST_BYTES || !/^\x1f\x07\0[\x3f\xbf]/.test(head.toString("latin1", 0, 4))) {
    return undefined;
  }
  const isPal = (head.readUInt8(3) & 0x80) !== 0;
  const isCut = reader.sizeBytes % DV_FRAME_BYTES[isPal ? "pal" : "ntsc"] !== 0;
  return isCut ? interrupted("the last DV frame is cut") : undefined;
}

const SDS_START = /^\xf0\x7e[\0-\x7f]\x01/;
const SDS_HEADER_BYTES = 21;
const SDS_PACKET_BYTES = 127;

/** Finds whether a MIDI sample dump (MIDI 1.0, p. 35) ends inside a packet. */
export async function findCutSdsPacket(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  if (!SDS_START.test(head.toString("latin1", 0, 4))) return undefined;
  const isCut = (reader.sizeBytes - SDS_HEADER_BYTES) % SDS_PACKET_BYTES !== 0;
  return isCut ? interrupted("the last packet is cut") : undefined;
}

const GXF_PACKET = /^\0\0\0\0\x01.{9}\xe1\xe2/s;
const GXF_END = /\0\0\0\0\x01\xfb.{8}\xe1\xe2/s;
const GXF_TAIL_BYTES = 4096;

/** Finds whether a GXF lacks its end-of-stream packet (SMPTE 360M). */
export async function findGxfWithoutEnd(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  if (!GXF_PACKET.test(head.toString("latin1", 0, 16))) return undefined;
  const tail = await reader.readTail(GXF_TAIL_BYTES, signal);
  return GXF_END.test(tail.toString("latin1"))
    ? undefined
    : interrupted("the GXF's end-of-stream packet is missing");
}

const VOC_START = "Creative Voice File\x1a";
const VOC_HEADER_SIZE_AT = 20;

/**
 * Hours of the low-quality audio in such files. A larger one isn't checked, because that reads it
 * all.
 */
const LARGEST_VOC_BYTES = 64 * 1024 * 1024;

/** Finds whether a Creative Voice file ends inside a block. A block has its size in three bytes. */
export async function findCutVocBlock(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  const { sizeBytes } = reader;
  if (head.toString("latin1", 0, VOC_START.length) !== VOC_START) return undefined;
  if (head.length < LEAST_BYTES || sizeBytes > LARGEST_VOC_BYTES) return undefined;
  let next = head.readUInt16LE(VOC_HEADER_SIZE_AT);
  let position = 0;
  let block: number[] = [];
  for await (const chunk of reader.read(0, sizeBytes, signal)) {
    for (; next < position + chunk.length; next++) {
      block.push(chunk[next - position] ?? 0);
      const [kind, low = 0, middle = 0, high] = block;
      // The last block has no size.
      if (kind === 0) return undefined;
      if (high === undefined) continue;
      next += low | (middle << 8) | (high << 16);
      block = [];
    }
    position += chunk.length;
  }
  const isCut = next > sizeBytes || block.length > 0;
  return isCut ? interrupted("the last block is cut") : undefined;
}
