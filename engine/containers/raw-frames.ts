import { BITRATES_KBPS, SAMPLE_RATES } from "../mp3/frame.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted } from "./container.ts";
import { beginsAsMlp, findMlpEnd } from "./mlp-end.ts";
import { measureTag } from "./mp3/tags.ts";
import { PlainFile } from "./plain-file.ts";
import { endAt, MOST_PADDING_BYTES } from "./spliced-source.ts";

/** Frames that follow each other with nothing around them, as in a file of AAC (ADTS), AC-3 or DTS. */
interface RawFormat {
  /** The bytes that a frame begins with. */
  startsWith: (bytes: Buffer, at: number) => boolean;
  /** How many bytes of a frame say how long it is. */
  headerBytes: number;
  measure: (bytes: Buffer, at: number) => number;
  /** How many frames in a row show that they are frames, if their beginning alone doesn't. */
  framesInARow?: number;
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

const DTS_CORE = 0x7ffe8001;
const DTS_EXTENSION = 0x64582025;

/** ETSI TS 102 114 §5.3 and §7.4.1: 16-bit words, big-endian, with or without extensions (DTS-HD). */
const DTS: RawFormat = {
  startsWith: (bytes, at) => [DTS_CORE, DTS_EXTENSION].includes(bytes.readUInt32BE(at)),
  headerBytes: 8,
  measure: (bytes, at) => {
    if (bytes.readUInt32BE(at) === DTS_CORE) {
      return ((bytes.readUIntBE(at + 5, 3) >> 4) & 0x3fff) + 1;
    }
    const hasLongSizes = (byteAt(bytes, at + 5) & 0x20) !== 0;
    return hasLongSizes
      ? ((bytes.readUIntBE(at + 6, 4) >>> 5) & 0xfffff) + 1
      : ((bytes.readUIntBE(at + 6, 3) >> 5) & 0xffff) + 1;
  },
};

/** ISO/IEC 11172-3 §2.4.2.3 and 13818-3. Layer III is an MP3, which has a reader of its own. */
const MP2: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0xff && (byteAt(bytes, at + 1) & 0xf6) === 0xf4,
  headerBytes: 4,
  measure: (bytes, at) => {
    const isMpeg1 = (byteAt(bytes, at + 1) & 8) !== 0;
    const flags = byteAt(bytes, at + 2);
    const kbps = (isMpeg1 ? MP2_KBPS : BITRATES_KBPS[2])[flags >> 4];
    const rate = SAMPLE_RATES[(flags >> 2) & 3];
    if (!kbps || !rate) return 0;
    return Math.floor((144_000 * kbps) / (isMpeg1 ? rate : rate / 2)) + ((flags >> 1) & 1);
  },
};
const MP2_KBPS = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];

/** ISO/IEC 14496-3 §1.7.2. */
const LOAS: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0x56 && (byteAt(bytes, at + 1) & 0xe0) === 0xe0,
  headerBytes: 3,
  measure: (bytes, at) => (bytes.readUInt16BE(at + 1) & 0x1fff) + 3,
};

/** WavPack 5 file format, "Block Header". */
const WAVPACK: RawFormat = {
  startsWith: (bytes, at) => bytes.toString("latin1", at, at + 4) === "wvpk",
  headerBytes: 32,
  measure: (bytes, at) => bytes.readUInt32LE(at + 4) + 8,
  framesInARow: 1,
};

const FORMATS = [ADTS, AC3, DTS, MP2, LOAS, WAVPACK];

/** Some frames of any format, and of WavPack some blocks of half a second. */
const TAIL_BYTES = 512 * 1024;

/** Formats whose frames begin with a byte or two need that many in a row. */
const FRAMES_IN_A_ROW = 4;

/** What every format needs to say how long a frame is. */
const LONGEST_HEADER_BYTES = 10;

interface AudioEnd {
  /** Whether the last frame isn't whole. */
  isCut: boolean;
  /** Where ffmpeg stops reading. */
  endByte: number;
}

/**
 * Opens a file of raw frames, and looks how it ends: inside the last frame, as an interrupted recording
 * does, or with bytes that belong to nothing. ffmpeg would take those for damage, and tags, too.
 *
 * @param endTagsByte where the tags at the file's end begin
 */
export async function openRawFrames(
  reader: RangeReader,
  endTagsByte: number,
  signal: AbortSignal,
): Promise<PlainFile | undefined> {
  const end =
    (await findEnd(reader, endTagsByte, signal)) ?? (await findAmrEnd(reader, endTagsByte, signal));
  if (!end) return undefined;
  const { isCut, endByte } = end;
  return new PlainFile(reader, {
    missingEnd: isCut ? interrupted("the last frame is cut") : undefined,
    media: endAt(reader, endByte),
    endTagsByte,
  });
}

async function findEnd(
  reader: RangeReader,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<AudioEnd | undefined> {
  const head = (await reader.readHead(signal)).subarray(0, sizeBytes);
  const tailStart = Math.max(0, sizeBytes - TAIL_BYTES);
  const readTail = () => reader.readAll(tailStart, sizeBytes, signal);
  if (beginsAsMlp(head)) {
    const tail = await readTail();
    const { isCut, end } = findMlpEnd(tail);
    return isCut ? { isCut, endByte: sizeBytes } : leaveOutRest(tail, end, tailStart);
  }
  // Segments of a live stream have their time in a tag.
  const start = measureTag(head, 0);
  const isShown = (frames: number, { framesInARow = FRAMES_IN_A_ROW }: RawFormat) =>
    frames >= framesInARow;
  const format = FORMATS.find((candidate) =>
    isShown(walk(head, start, candidate).frames, candidate),
  );
  if (!format) return undefined;
  const tail = await readTail();
  let end: number | undefined;
  for (let at = 0; at + LONGEST_HEADER_BYTES <= tail.length; at++) {
    if (!format.startsWith(tail, at)) continue;
    const run = walk(tail, at, format);
    // Behind other frames, fewer show that they are some.
    if (!(end === undefined ? isShown(run.frames, format) : run.frames > 0)) continue;
    if (run.isCut) return { isCut: true, endByte: sizeBytes };
    end = run.end;
    // Something else may lie between the frames.
    at = run.end - 1;
  }
  return leaveOutRest(tail, end ?? tail.length, tailStart);
}

/** Leaves out what follows the last frame, at `end` in the tail, if that is tags and little more. */
function leaveOutRest(tail: Buffer, end: number, tailStart: number): AudioEnd {
  let restAt = end;
  for (let tagBytes = 1; tagBytes > 0; restAt += tagBytes) tagBytes = measureTag(tail, restAt);
  const isRest = tail.length - restAt <= MOST_PADDING_BYTES;
  return { isCut: false, endByte: tailStart + (isRest ? end : tail.length) };
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

/** The bit of a frame's first byte that says that it isn't damaged. */
const AMR_IS_GOOD = 4;

/** Two hours of the highest rate. A frame of AMR begins with nothing to look for. */
const LARGEST_AMR_BYTES = 32 * 1024 * 1024;

async function findAmrEnd(
  reader: RangeReader,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<AudioEnd | undefined> {
  const head = await reader.readHead(signal);
  const kind = AMR_KINDS.find(({ magic }) => head.toString("latin1", 0, magic.length) === magic);
  if (!kind || sizeBytes > LARGEST_AMR_BYTES) return undefined;
  let next = kind.magic.length;
  let goodEnd = next;
  let position = 0;
  for await (const chunk of reader.read(0, reader.sizeBytes, signal)) {
    for (; next < Math.min(sizeBytes, position + chunk.length); ) {
      const first = chunk[next - position] as number;
      next += kind.sizes[(first >> 3) & 15] as number;
      if ((first & AMR_IS_GOOD) !== 0) goodEnd = next;
    }
    position += chunk.length;
  }
  const tail = await reader.readAll(goodEnd, Math.min(sizeBytes, goodEnd + 1024), signal);
  // Any bytes may be frames. Those that are all alike, and that no receiver found good, are padding.
  const isPadded = tail.length > 0 && tail.every((byte) => byte === tail[0]);
  return isPadded
    ? { isCut: false, endByte: goodEnd }
    : { isCut: next > sizeBytes, endByte: sizeBytes };
}
