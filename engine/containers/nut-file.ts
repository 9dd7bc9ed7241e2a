import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted, type OpenFormat } from "./container.ts";
import { PlainFile } from "./plain-file.ts";
import { leaveOutPadding } from "./spliced-source.ts";

/** The first bytes of a NUT file (NUT Open Container Format, version 20130327). */
const FILE_ID = "nut/multimedia container\0";
const SYNC_POINT = Buffer.from("4e4be4adeeca4569", "hex");
/** The start code of the index, which is the last packet of a file that has one. */
const INDEX = Buffer.from("4e58dd672f23e64e", "hex");

/** Every start code begins with this byte, and no frame does. */
const START_CODE = 0x4e;
const START_CODE_BYTES = 8;

/** A longer packet has a checksum after its header. */
const LONG_PACKET_BYTES = 4096;

/** A longer frame is stored whole. Shorter ones may leave out a common prefix. */
const LONG_FRAME_BYTES = 4096;

/** Twice the largest distance between two sync points. */
const TAIL_BYTES = 128 * 1024;

const FLAG = {
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** The meaning of a frame's first byte. */
interface FrameCode {
  flags: number;
  sizeMultiplier: number;
  sizeRest: number;
  reservedCount: number;
  headerIndex: number;
}

interface FrameTable {
  codes: FrameCode[];
  /** For each header number, how many bytes are left out at a frame's start. */
  elidedBytes: number[];
}

/** Opens a NUT file. Finds whether its last packet is cut, and leaves out padding after it. */
export const openNut: OpenFormat = async (reader, _choice, signal) => {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", 0, FILE_ID.length) !== FILE_ID) return undefined;
  const end = await findEnd(reader, head, signal);
  return new PlainFile(reader, {
    missingEnd: end > reader.sizeBytes ? interrupted("the last NUT packet is cut") : undefined,
    media: leaveOutPadding(reader, end),
  });
};

/** Finds where the last packet ends. If it is cut, that is after the end of the file. */
async function findEnd(reader: RangeReader, head: Buffer, signal: AbortSignal): Promise<number> {
  const table = readTable(head);
  const tail = await reader.readTail(TAIL_BYTES, signal);
  let at = tail.lastIndexOf(SYNC_POINT);
  if (!table || at < 0) return reader.sizeBytes;
  for (let isLast = false; at < tail.length && !isLast; ) {
    isLast = tail.subarray(at, at + START_CODE_BYTES).equals(INDEX);
    const packet = new Cursor(tail, at);
    const end = tail[at] === START_CODE ? measurePacket(packet) : measureFrame(packet, table);
    if (end === undefined) break;
    at = end;
  }
  return reader.sizeBytes - tail.length + at;
}

/** Reads numbers one after another. After the end of the bytes, they are 0. */
class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  skip(bytes: number): this {
    this.at += bytes;
    return this;
  }

  /** Reads a number with seven bits in each byte. The top bit is set if another byte follows. */
  number(): number {
    let value = 0;
    for (;;) {
      const byte = this.bytes[this.at++] ?? 0;
      value = value * 128 + (byte & 0x7f);
      if ((byte & 0x80) === 0) return value;
    }
  }
}

function measurePacket(packet: Cursor): number | undefined {
  const begins = packet.bytes.subarray(packet.at + 1, packet.at + 2).toString("latin1");
  // These letters stand for main header, stream, sync point, index and information.
  if (begins !== "" && !"MSKXI".includes(begins)) return undefined;
  const bytes = packet.skip(START_CODE_BYTES).number();
  return packet.at + bytes + (bytes > LONG_PACKET_BYTES ? 4 : 0);
}

function measureFrame(frame: Cursor, { codes, elidedBytes }: FrameTable): number | undefined {
  const code = codes[frame.bytes[frame.at] ?? 0];
  if (!code) return undefined;
  frame.skip(1);
  const flags = code.flags & FLAG.coded ? code.flags ^ frame.number() : code.flags;
  if (flags & FLAG.invalid) return undefined;
  if (flags & FLAG.streamId) frame.number();
  if (flags & FLAG.codedPts) frame.number();
  const msb = flags & FLAG.sizeMsb ? frame.number() : 0;
  if (flags & FLAG.matchTime) frame.number();
  const headerIndex = flags & FLAG.headerIndex ? frame.number() : code.headerIndex;
  const reserved = flags & FLAG.reserved ? frame.number() : code.reservedCount;
  for (let count = 0; count < Math.min(reserved, 256); count++) frame.number();
  if (flags & FLAG.checksum) frame.skip(4);
  const bytes = code.sizeMultiplier * msb + code.sizeRest;
  const elided = bytes > LONG_FRAME_BYTES ? 0 : (elidedBytes[headerIndex] ?? 0);
  return frame.at + Math.max(0, bytes - elided);
}

/** Reads the main header's tables. Returns undefined if they make no sense. */
function readTable(head: Buffer): FrameTable | undefined {
  const main = new Cursor(head, FILE_ID.length + START_CODE_BYTES);
  if (main.number() > LONG_PACKET_BYTES) main.skip(4);
  if (main.number() > 3) main.number();
  // Skip the number of streams and the largest distance between two sync points.
  main.number();
  main.number();
  for (let bases = Math.min(main.number(), 256); bases > 0; bases--) {
    main.number();
    main.number();
  }
  const codes: FrameCode[] = [];
  let [sizeMultiplier, headerIndex] = [1, 0];
  while (codes.length < 256 && main.at < head.length) {
    const flags = main.number();
    const fields = main.number();
    if (fields > 0) main.number();
    if (fields > 1) sizeMultiplier = main.number();
    if (fields > 2) main.number();
    const sizeRest = fields > 3 ? main.number() : 0;
    const reservedCount = fields > 4 ? main.number() : 0;
    const count = fields > 5 ? main.number() : sizeMultiplier - sizeRest;
    if (fields > 6) main.number();
    if (fields > 7) headerIndex = main.number();
    for (let field = 8; field < Math.min(fields, 256); field++) main.number();
    if (count <= 0) return undefined;
    for (let nth = 0; nth < count && codes.length < 256; nth++) {
      if (codes.length === START_CODE) {
        codes.push({ flags: FLAG.invalid, sizeMultiplier, sizeRest, reservedCount, headerIndex });
        nth--;
        continue;
      }
      codes.push({ flags, sizeMultiplier, sizeRest: sizeRest + nth, reservedCount, headerIndex });
    }
  }
  const elidedBytes = [0];
  for (let headers = Math.min(main.number(), 127); headers > 0; headers--) {
    const bytes = main.number();
    elidedBytes.push(bytes);
    main.skip(bytes);
  }
  return codes.length === 256 ? { codes, elidedBytes } : undefined;
}
