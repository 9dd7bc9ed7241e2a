// biome-ignore-all lint/suspicious/noControlCharactersInRegex: files begin with them

import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted, type MissingEnd } from "./container.ts";

/** Starts of files, and where a file that begins so says that it ends, in bytes. */
const ENDS: readonly [start: RegExp, readEnd: (head: Buffer) => number | undefined][] = [
  // SWF File Format Specification, chapter 2. Other files of that format are compressed.
  [/^FWS[\x01-\x20]/, (head) => head.readUInt32LE(4)],
  // SMAF, Yamaha's ringtones: a chunk that is all of the file.
  [/^MMMD/, (head) => 8 + head.readUInt32BE(4)],
  // SoX's own format: after the header, four bytes for each of its samples; 0 if nobody counted them.
  [/^\.SoX/, (head) => countSox(head.readUInt32LE(4), head.readBigUInt64LE(8))],
  [/^XoS\./, (head) => countSox(head.readUInt32BE(4), head.readBigUInt64BE(8))],
  // Windows Recorded TV: the directory of a file system with sectors of 4 KB comes last.
  [/^\xb7\xd8\0 7I\xda\x11\xa6N\0\x07\xe9\^\xad\x8d/, (head) => readWtvEnd(head)],
  [/^\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02/, (head) => readMxfFooter(head)],
  [/^\.RMF/, (head) => readRealEnd(head)],
];

/** Shorter files have no such header. */
const LEAST_BYTES = 64;

/** Where a file of a rarer format ends by its head; undefined for other files and if its writer didn't know. */
export function readRareEnd(head: Buffer): number | undefined {
  if (head.length < LEAST_BYTES) return undefined;
  const start = head.toString("latin1", 0, 16);
  return ENDS.find(([pattern]) => pattern.test(start))?.[1](head);
}

const countSox = (headerBytes: number, samples: bigint): number | undefined =>
  samples > 0n ? headerBytes + 4 + 4 * Number(samples) : undefined;

const readWtvEnd = (head: Buffer): number =>
  head.readUInt32LE(0x38) * 4096 + head.readUInt32LE(0x30);

/** SMPTE ST 377-1 §7.1: where the footer is; 0 if the file was never finished. */
function readMxfFooter(head: Buffer): number | undefined {
  const sizeByte = head.readUInt8(16);
  const packAt = 17 + (sizeByte > 0x80 ? sizeByte & 0x7f : 0);
  if (packAt + 32 > head.length) return undefined;
  return Number(head.readBigUInt64BE(packAt + 24)) || undefined;
}

/** The head of RealMedia's packets, which some writers count twice. */
const REAL_HEAD_BYTES = 18;

/** RealMedia: chunks with a name and a size; the one with the packets has 0 in a live recording. */
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

/** Bytes of a frame of DV, at 25 or 30 frames a second (IEC 61834); better kinds have a multiple. */
const DV_FRAME_BYTES = { pal: 144_000, ntsc: 120_000 };

/** Says whether a recording of a camera's frames ends inside of one. */
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

/** Says whether a MIDI sample dump (MIDI 1.0, p. 35) ends inside of a packet. */
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

/** SMPTE 360M: a packet says that nothing follows. */
export async function findGxfWithoutEnd(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  if (!GXF_PACKET.test(head.toString("latin1", 0, 16))) return undefined;
  const tail = await reader.readTail(GXF_TAIL_BYTES, signal);
  return GXF_END.test(tail.toString("latin1"))
    ? undefined
    : interrupted("the GXF packet that ends it is missing");
}

const VOC_START = "Creative Voice File\x1a";
const VOC_HEADER_SIZE_AT = 20;

/** Hours of what these files were made for; block after block has to be read, once more. */
const LARGEST_VOC_BYTES = 64 * 1024 * 1024;

/** Says whether a Creative Voice file ends inside of a block, which has its size in three bytes. */
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
