import type { RangeReader } from "../reading/range-reader.ts";
import { ASF_HEADER } from "./asf-header.ts";
import type { MissingEnd } from "./container.ts";
import { readEbmlSize } from "./matroska/ebml.ts";

/**
 * Compares what a file says of its own length with the object's. Covers the containers that tell:
 * RIFF (WAV, AVI), AIFF, Matroska and WebM, FLV, ASF, Ogg, MPEG-TS; MP4 is checked by its index.
 * Returns undefined if nothing is known to be missing.
 */
export async function findMissingEnd(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  const size = reader.sizeBytes;
  const declared =
    readRiffEnd(head) ?? readAiffEnd(head) ?? readMatroskaEnd(head) ?? readAsfEnd(head);
  if (declared !== undefined) {
    if (declared <= size) return undefined;
    return { detail: `the file says ${declared} bytes`, isInterrupted: false };
  }
  if (isTransportStream(head)) {
    return size % 188 === 0 ? undefined : interrupted("the last transport packet is cut");
  }
  const isCut =
    (head.toString("latin1", 0, 3) === "FLV" && (await findCutFlvTag(reader, signal))) ||
    (head.toString("latin1", 0, 4) === "OggS" && (await findCutOggPage(reader, signal)));
  return isCut ? interrupted(isCut) : undefined;
}

const interrupted = (detail: string): MissingEnd => ({ detail, isInterrupted: true });

/** 0 and all ones are what writers put where they don't know the size. */
function readRiffEnd(head: Buffer): number | undefined {
  if (head.length < 12 || head.toString("latin1", 0, 4) !== "RIFF") return undefined;
  const size = head.readUInt32LE(4);
  return size === 0 || size === 0xffffffff ? undefined : size + 8;
}

function readAiffEnd(head: Buffer): number | undefined {
  if (head.length < 12 || head.toString("latin1", 0, 4) !== "FORM") return undefined;
  return head.readUInt32BE(4) + 8;
}

/** RFC 8794 §4: the EBML header, then one segment whose size may be unknown (all ones). */
function readMatroskaEnd(head: Buffer): number | undefined {
  if (head.length < 64 || head.readUInt32BE(0) !== 0x1a45dfa3) return undefined;
  const ebml = readEbmlSize(head, 4);
  if (!ebml) return undefined;
  const segment = ebml.next + ebml.size;
  if (segment + 12 > head.length || head.readUInt32BE(segment) !== 0x18538067) return undefined;
  const size = readEbmlSize(head, segment + 4);
  return size && size.next + size.size;
}

const ASF_FILE_PROPERTIES = "a1dcab8c47a9cf118ee400c00c205365";

/** ASF specification 1.2 §3.2: the file's size, which counts only if it isn't a broadcast. */
function readAsfEnd(head: Buffer): number | undefined {
  if (head.toString("hex", 0, 16) !== ASF_HEADER) return undefined;
  const at = head.indexOf(ASF_FILE_PROPERTIES, 0, "hex");
  if (at < 0 || at + 104 > head.length) return undefined;
  const isBroadcast = (head.readUInt32LE(at + 88) & 1) === 1;
  return isBroadcast ? undefined : Number(head.readBigUInt64LE(at + 40));
}

function isTransportStream(head: Buffer): boolean {
  return head.length > 188 * 4 && [0, 188, 376, 564].every((at) => head[at] === 0x47);
}

const TAIL_BYTES = 128 * 1024;

/** FLV 10.1 annex E.3: every tag is followed by its size. */
async function findCutFlvTag(reader: RangeReader, signal: AbortSignal) {
  const size = reader.sizeBytes;
  const last = await reader.readAll(size - 4, size, signal);
  const tagBytes = last.readUInt32BE(0);
  const tagStart = size - 4 - tagBytes;
  if (tagBytes < 11 || tagStart < 13) return "the last FLV tag is cut";
  const tag = await reader.readAll(tagStart, tagStart + 4, signal);
  return tag.readUIntBE(1, 3) + 11 === tagBytes ? undefined : "the last FLV tag is cut";
}

/** RFC 3533 §6: a page is its header, its segment table and its segments. */
async function findCutOggPage(reader: RangeReader, signal: AbortSignal) {
  const size = reader.sizeBytes;
  const tail = await reader.readAll(Math.max(0, size - TAIL_BYTES), size, signal);
  const at = tail.lastIndexOf("OggS", undefined, "latin1");
  if (at < 0) return "the last Ogg page is cut";
  const segments = tail[at + 26] ?? 0;
  const table = tail.subarray(at + 27, at + 27 + segments);
  const end = at + 27 + segments + table.reduce((sum, length) => sum + length, 0);
  return end > tail.length || at + 27 > tail.length ? "the last Ogg page is cut" : undefined;
}
