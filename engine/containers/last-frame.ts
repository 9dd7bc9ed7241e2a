import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted, type MissingEnd } from "./container.ts";

/** Frames that follow each other with nothing around them, as in a file of AAC (ADTS), AC-3 or DTS. */
interface RawFormat {
  /** The bytes that a frame begins with. */
  startsWith: (bytes: Buffer, at: number) => boolean;
  /** How many bytes of a frame say how long it is. */
  headerBytes: number;
  measure: (bytes: Buffer, at: number) => number;
}

/** ATSC A/52 table 5.18: kbit/s by the upper five of the six bits that give the frame's size. */
const AC3_KBPS = [
  32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
];
const AC3_RATES = [48_000, 44_100, 32_000];

const byteAt = (bytes: Buffer, at: number): number => bytes[at] ?? 0;

/** ISO/IEC 14496-3 §1.A.3.2. */
const ADTS: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0xff && (byteAt(bytes, at + 1) & 0xf6) === 0xf0,
  headerBytes: 7,
  measure: (bytes, at) => (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff,
};

/** ATSC A/52 §5.3 and annex E: up to 10, `bsid` means AC-3, and above that E-AC-3. */
const AC3: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0x0b && bytes[at + 1] === 0x77,
  headerBytes: 6,
  measure: (bytes, at) => {
    if (byteAt(bytes, at + 5) >> 3 > 10) return 2 * ((bytes.readUInt16BE(at + 2) & 0x7ff) + 1);
    const code = byteAt(bytes, at + 4);
    const [kbps, rate] = [AC3_KBPS[(code & 0x3f) >> 1], AC3_RATES[code >> 6]];
    if (!kbps || !rate) return 0;
    // At 44.1 kHz every other code has a word more.
    return 2 * (Math.floor((kbps * 96_000) / rate) + (rate === 44_100 ? code & 1 : 0));
  },
};

/** ETSI TS 102 114 §5.3, 16-bit words, big-endian. */
const DTS: RawFormat = {
  startsWith: (bytes, at) => bytes.readUInt32BE(at) === 0x7ffe8001,
  headerBytes: 8,
  measure: (bytes, at) => ((bytes.readUIntBE(at + 5, 3) >> 4) & 0x3fff) + 1,
};

const FORMATS = [ADTS, AC3, DTS];

const TAIL_BYTES = 128 * 1024;

/** How many frames in a row show that they are frames. */
const FRAMES_IN_A_ROW = 4;

/** What every format needs to say how long a frame is. */
const LONGEST_HEADER_BYTES = 8;

/** Looks whether a file of raw frames ends inside the last one, as an interrupted recording does. */
export async function findCutFrame(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  return (await isLastFrameCut(reader, signal)) ? interrupted("the last frame is cut") : undefined;
}

/** Bytes after the last frame that begin no frame belong to nothing. */
async function isLastFrameCut(reader: RangeReader, signal: AbortSignal): Promise<boolean> {
  const head = await reader.readHead(signal);
  const format = FORMATS.find((candidate) => walk(head, 0, candidate).frames >= FRAMES_IN_A_ROW);
  if (!format) return isLastAmrFrameCut(reader, head, signal);
  const tail = await reader.readTail(TAIL_BYTES, signal);
  for (let at = 0; at + LONGEST_HEADER_BYTES <= tail.length; at++) {
    if (!format.startsWith(tail, at)) continue;
    const { frames, end, isCut } = walk(tail, at, format);
    if (frames < FRAMES_IN_A_ROW) continue;
    if (isCut || end + LONGEST_HEADER_BYTES > tail.length) return isCut;
    // Something else lies between the frames.
    at = end - 1;
  }
  return false;
}

/** Goes from frame to frame as far as they follow each other. */
function walk(bytes: Buffer, start: number, format: RawFormat) {
  let at = start;
  for (let frames = 0; ; frames++) {
    if (at + LONGEST_HEADER_BYTES > bytes.length) {
      const isCut = at < bytes.length && bytes[at] === bytes[start];
      return { frames, end: at, isCut };
    }
    if (!format.startsWith(bytes, at)) return { frames, end: at, isCut: false };
    const size = format.measure(bytes, at);
    if (size < format.headerBytes) return { frames, end: at, isCut: false };
    if (at + size > bytes.length) return { frames, end: at, isCut: true };
    at += size;
  }
}

/** Bytes of a frame by its type: RFC 4867 §5.3, the header's byte included. */
const AMR_KINDS = [
  {
    magic: "#!AMR\n",
    sizes: [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1],
  },
  {
    magic: "#!AMR-WB\n",
    sizes: [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1],
  },
] as const;

/** Two hours of the highest rate. A frame of AMR begins with nothing to look for. */
const LARGEST_AMR_BYTES = 32 * 1024 * 1024;

async function isLastAmrFrameCut(reader: RangeReader, head: Buffer, signal: AbortSignal) {
  const kind = AMR_KINDS.find(({ magic }) => head.toString("latin1", 0, magic.length) === magic);
  if (!kind || reader.sizeBytes > LARGEST_AMR_BYTES) return false;
  let next = kind.magic.length;
  let position = 0;
  for await (const chunk of reader.read(0, reader.sizeBytes, signal)) {
    for (; next - position < chunk.length; ) {
      next += kind.sizes[((chunk[next - position] as number) >> 3) & 15] as number;
    }
    position += chunk.length;
  }
  return next > reader.sizeBytes;
}
