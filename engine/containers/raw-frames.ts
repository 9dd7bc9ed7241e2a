import { BITRATES_KBPS, SAMPLE_RATES } from "../mp3/frame.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import { interrupted } from "./container.ts";
import { beginsAsMlp, findMlpEnd } from "./mlp-end.ts";
import { measureTag } from "./mp3/tags.ts";
import { PlainFile } from "./plain-file.ts";
import { endAt, MOST_PADDING_BYTES } from "./spliced-source.ts";

/** A format of frames without a container, such as AAC (ADTS), AC-3 or DTS. */
interface RawFormat {
  /** Returns whether a frame may begin at `at`. */
  startsWith: (bytes: Buffer, at: number) => boolean;
  /** How many bytes of a frame are needed to measure it. */
  headerBytes: number;
  /** Returns the size of the frame at `at`, or less than its header if there is none. */
  measure: (bytes: Buffer, at: number) => number;
  /** How many frames in a row are needed to recognise the format. */
  framesInARow?: number;
}

/**
 * Rates in kbit/s, by the upper five of the six bits for the frame's size (ATSC A/52 table 5.18).
 */
const AC3_KBPS = [
  32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
];
const AC3_RATES = [48_000, 44_100, 32_000];

const byteAt = (bytes: Buffer, at: number): number => bytes[at] ?? 0;

/** AAC in ADTS (ISO/IEC 14496-3 §1.A.3.2). */
const ADTS: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0xff && (byteAt(bytes, at + 1) & 0xf6) === 0xf0,
  headerBytes: 7,
  measure: (bytes, at) => (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff,
};

/**
 * AC-3 and E-AC-3 (ATSC A/52 §5.3 and annex E). `bsid` is up to 10 for AC-3 and above for E-AC-3.
 */
const AC3: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0x0b && bytes[at + 1] === 0x77,
  headerBytes: 6,
  measure: (bytes, at) => {
    if (byteAt(bytes, at + 5) >> 3 > 10) return 2 * ((bytes.readUInt16BE(at + 2) & 0x7ff) + 1);
    const code = byteAt(bytes, at + 4);
    const [kbps, rate] = [AC3_KBPS[(code & 0x3f) >> 1], AC3_RATES[code >> 6]];
    if (!kbps || !rate) return 0;
    // At 44.1 kHz every other code stands for one more word.
    return 2 * (Math.floor((kbps * 96_000) / rate) + (rate === 44_100 ? code & 1 : 0));
  },
};

const DTS_CORE = 0x7ffe8001;
const DTS_EXTENSION = 0x64582025;

/** DTS in big-endian 16-bit words, with or without DTS-HD (ETSI TS 102 114 §5.3 and §7.4.1). */
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

/** MPEG Layer II (ISO/IEC 11172-3 §2.4.2.3 and 13818-3). `mp3/` reads Layer III. */
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

/** AAC in LOAS (ISO/IEC 14496-3 §1.7.2). */
const LOAS: RawFormat = {
  startsWith: (bytes, at) => bytes[at] === 0x56 && (byteAt(bytes, at + 1) & 0xe0) === 0xe0,
  headerBytes: 3,
  measure: (bytes, at) => (bytes.readUInt16BE(at + 1) & 0x1fff) + 3,
};

/** WavPack (WavPack 5 file format, "Block Header"). */
const WAVPACK: RawFormat = {
  startsWith: (bytes, at) => bytes.toString("latin1", at, at + 4) === "wvpk",
  headerBytes: 32,
  measure: (bytes, at) => bytes.readUInt32LE(at + 4) + 8,
  framesInARow: 1,
};

const FORMATS = [ADTS, AC3, DTS, MP2, LOAS, WAVPACK];

/** Enough for several frames of any format. WavPack's blocks are half a second long. */
const TAIL_BYTES = 512 * 1024;

/** The usual number. Two bytes at a frame's start may match by chance. */
const FRAMES_IN_A_ROW = 4;

/** Enough bytes to measure a frame of any format. */
const LONGEST_HEADER_BYTES = 10;

interface AudioEnd {
  /** Whether the last frame isn't whole. */
  isCut: boolean;
  /** Where ffmpeg stops reading. */
  endByte: number;
}

/**
 * Opens a file of raw frames. Finds whether its last frame is cut, as in an interrupted recording.
 * Leaves out padding and tags after the last frame, which ffmpeg would take for damage.
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
  // Segments of a live stream begin with a tag that has their time.
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
    // After other frames, a single one is enough.
    if (!(end === undefined ? isShown(run.frames, format) : run.frames > 0)) continue;
    if (run.isCut) return { isCut: true, endByte: sizeBytes };
    end = run.end;
    // Go on, because there may be other bytes between frames.
    at = run.end - 1;
  }
  return leaveOutRest(tail, end ?? tail.length, tailStart);
}

/**
 * Leaves out the bytes after the last frame, at `end` in the tail, if they are tags and padding.
 */
function leaveOutRest(tail: Buffer, end: number, tailStart: number): AudioEnd {
  let restAt = end;
  for (let tagBytes = 1; tagBytes > 0; restAt += tagBytes) tagBytes = measureTag(tail, restAt);
  const isRest = tail.length - restAt <= MOST_PADDING_BYTES;
  return { isCut: false, endByte: tailStart + (isRest ? end : tail.length) };
}

/** Goes from frame to frame until something else comes. */
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

/** The size of a frame by its type, including the header's byte (RFC 4867 §5.3). */
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

/** This bit in a frame's first byte means that the frame isn't damaged. */
const AMR_IS_GOOD = 4;

/** What fills the last sector of a disk. More in place of AMR, 1,500 bytes a second, is lost audio. */
const MOST_AMR_PADDING_BYTES = 512;

/** Two hours at the highest rate. AMR frames have no sync word, so the whole file is read. */
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
  // Any bytes may be frames. If none is marked as good and all bytes are alike, they are padding.
  const isPadded = tail.length > 0 && tail.every((byte) => byte === tail[0]);
  return isPadded
    ? { isCut: sizeBytes - goodEnd > MOST_AMR_PADDING_BYTES, endByte: goodEnd }
    : { isCut: next > sizeBytes, endByte: sizeBytes };
}
