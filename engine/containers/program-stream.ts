import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted, type MissingEnd } from "./container.ts";

/** The parts of a program stream (ISO/IEC 13818-1 §2.5.3), by the byte after their start code. */
const PROGRAM_END = 0xb9;
const PACK = 0xba;

/** The size of a part's header, including its length. */
const HEADER_BYTES = 6;

/** Enough for several packets. A DVD's packets have 2 KB, and the largest ones 64 KB. */
const TAIL_BYTES = 192 * 1024;

const startsPart = (bytes: Buffer, at: number): boolean =>
  at + 3 < bytes.length && bytes.readUIntBE(at, 3) === 1 && (bytes[at + 3] ?? 0) >= PROGRAM_END;

const isProgramStream = (head: Buffer): boolean => startsPart(head, 0) && head[3] === PACK;

/** Finds whether a program stream ends inside a packet, as an interrupted recording does. */
export async function findCutProgramPacket(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  if (!isProgramStream(await reader.readHead(signal))) return undefined;
  const tail = await reader.readTail(TAIL_BYTES, signal);
  return isLastPacketCut(tail) ? interrupted("the last packet is cut") : undefined;
}

function isLastPacketCut(tail: Buffer): boolean {
  // Bytes inside a part may look like a part, but only a real one is followed by another.
  for (let at = tail.length - HEADER_BYTES; at >= 0; at--) {
    if (!startsPart(tail, at)) continue;
    const end = at + measurePart(tail, at);
    if (end === tail.length) return false;
    if (startsPart(tail, end)) return isCutAfter(tail, end);
  }
  return false;
}

function isCutAfter(bytes: Buffer, start: number): boolean {
  let at = start;
  while (startsPart(bytes, at) && at + HEADER_BYTES <= bytes.length) at += measurePart(bytes, at);
  return at > bytes.length;
}

function measurePart(bytes: Buffer, at: number): number {
  const id = bytes[at + 3];
  if (id === PROGRAM_END) return 4;
  if (id !== PACK) return HEADER_BYTES + bytes.readUInt16BE(at + 4);
  // MPEG-1's header is shorter.
  const isMpeg2 = ((bytes[at + 4] ?? 0) & 0xc0) === 0x40;
  return isMpeg2 ? 14 + ((bytes[at + 13] ?? 0) & 7) : 12;
}
