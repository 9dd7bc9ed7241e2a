import type { RangeReader } from "../../reading/range-reader.ts";
import type { SourceReader } from "../../types.ts";
import { type Piece, SplicedSource } from "../spliced-source.ts";
import type { ChunkList } from "./chunk-list.ts";

/** Up to this many bytes of samples, 32-bit sizes are enough for the whole file. */
const LARGEST_NARROW_BYTES = 0xf0000000;

/**
 * The fields of COMM (AIFF 1.3, p. 6) are channels, frames, bits per sample, rate, and in AIFF-C
 * the compression.
 */
const COMMON_BYTES = 22;
const COMPRESSION_AT = 18;
const UNCOMPRESSED = /^(NONE|twos|sowt|raw |in24|in32|42ni|23ni|fl32|fl64|FL32|FL64)?$/;

/** Chunks that state the old sizes. */
const DROPPED = /^(ds64|fact)$/;

/** Rebuilds a file with correct sizes. All samples are in one chunk, which comes last. */
export async function rebuildPcm(
  reader: RangeReader,
  { format, others, samples }: ChunkList,
  signal: AbortSignal,
): Promise<SourceReader> {
  const samplesBytes = samples.reduce((sum, [start, end]) => sum + end - start, 0);
  const isWide = !format.isBigEndian && samplesBytes > LARGEST_NARROW_BYTES;
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    const fitting = Math.min(value, 0xffffffff);
    if (format.isBigEndian) bytes.writeUInt32BE(fitting);
    else bytes.writeUInt32LE(fitting);
    return bytes;
  };
  const startChunk = (name: string, bytes: number): Buffer =>
    Buffer.concat([Buffer.from(name, "latin1"), u32(bytes)]);
  const kept = others.filter(({ name }) => name !== format.formatChunk && !DROPPED.test(name));
  const description = others.find(({ name }) => name === format.formatChunk);
  const pieces: Piece[] = [];
  for (const { name, body } of description ? [description, ...kept] : kept) {
    const [start, end] = body;
    pieces.push(startChunk(name, end - start));
    if (name === "COMM") {
      const fields = await reader.readAll(start, Math.min(end, start + COMMON_BYTES), signal);
      pieces.push(countFrames(fields, samplesBytes), [start + fields.length, end]);
    } else {
      pieces.push([start, end]);
    }
    pieces.push(Buffer.alloc((end - start) & 1));
  }
  const lead = Buffer.alloc(format.leadBytes);
  const allBytes = lead.length + samplesBytes;
  pieces.push(startChunk(format.samplesChunk, isWide ? 0xffffffff : allBytes), lead);
  pieces.push(...samples.map(([start, end]): Piece => [start, end]));
  const head = await reader.readHead(signal);
  const type = head.subarray(8, 12);
  const formBytes = 4 + new SplicedSource(reader, pieces).sizeBytes;
  const form = isWide
    ? [startChunk("RF64", 0xffffffff), type, startChunk("ds64", 28), countWide(formBytes, allBytes)]
    : [startChunk(format.isBigEndian ? "FORM" : "RIFF", formBytes), type];
  return new SplicedSource(reader, [Buffer.concat(form), ...pieces]);
}

/**
 * Builds the body of a `ds64` chunk (EBU Tech 3306): the sizes of the file and its samples. The
 * number of samples and the table of other sizes stay 0.
 */
function countWide(formBytes: number, samplesBytes: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeBigUInt64LE(BigInt(formBytes + 36), 0);
  bytes.writeBigUInt64LE(BigInt(samplesBytes), 8);
  return bytes;
}

function countFrames(common: Buffer, samplesBytes: number): Buffer {
  // The number of compressed samples can't be computed, so the file's own is kept.
  const compression = common.toString("latin1", COMPRESSION_AT, COMMON_BYTES);
  if (common.length < COMPRESSION_AT || !UNCOMPRESSED.test(compression)) return common;
  const counted = Buffer.from(common);
  const frameBytes = Math.ceil((common.readUInt16BE(0) * common.readUInt16BE(6)) / 8);
  const frames = Math.floor(samplesBytes / Math.max(1, frameBytes));
  counted.writeUInt32BE(Math.min(frames, 0xffffffff), 2);
  return counted;
}
