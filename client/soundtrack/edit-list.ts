import type { Readable } from "./coalesce-reads.ts";

/** A media header this large belongs to a recording of days. The whole file is sent then. */
const MAX_MOOV_BYTES = 256 * 1024 * 1024;
const TOLERANCE_SECONDS = 0.04;

/** "soun", the handler of audio tracks. */
const SOUN = 0x736f756e;

/**
 * Returns whether each track of an MP4 or MOV plays one run of its media up to the media's end.
 * mediabunny reads where the first edit begins, but neither a second edit nor an edit that ends
 * early, which phones write when a video is trimmed. Files of other formats are simple. Box
 * layouts: ISO/IEC 14496-12, 8.6.6 (elst), 8.2.2 (mvhd), 8.4.2 (mdhd).
 */
export async function hasSimpleEdits(source: Readable): Promise<boolean> {
  const moov = await readMoov(source);
  if (moov === "none") return true;
  return moov !== "too-large" && areEditsSimple(moov);
}

/** Lists the ids of an MP4's audio tracks as the file has them; none for other files. */
export async function listAudioTrackIds(source: Readable): Promise<number[]> {
  const moov = await readMoov(source);
  if (typeof moov === "string") return [];
  return [...children(moov)].flatMap(({ type, content: trak }) => {
    const handler = type === "trak" ? child(child(trak, "mdia"), "hdlr") : undefined;
    const tkhd = child(trak, "tkhd");
    if (handler?.getUint32(8) !== SOUN || tkhd === undefined) return [];
    return [tkhd.getUint32(tkhd.getUint8(0) === 1 ? 20 : 12)];
  });
}

async function readMoov(source: Readable): Promise<DataView | "none" | "too-large"> {
  for (let start = 0; start + 8 <= source.sizeBytes; ) {
    const header = view(await source.read(start, Math.min(source.sizeBytes, start + 16)));
    const box = readBoxHeader(header, 0, header.byteLength, source.sizeBytes - start);
    if (box === undefined) return "none";
    if (box.type === "moov") {
      if (box.size > MAX_MOOV_BYTES) return "too-large";
      return view(await source.read(start + box.headerSize, start + box.size));
    }
    start += box.size;
  }
  return "none";
}

interface Box {
  type: string;
  headerSize: number;
  size: number;
}

const view = (data: Uint8Array) => new DataView(data.buffer, data.byteOffset, data.byteLength);

function readBoxHeader(
  data: DataView,
  offset: number,
  end: number,
  remaining: number,
): Box | undefined {
  if (offset + 8 > end) return undefined;
  const type = String.fromCharCode(...new Uint8Array(data.buffer, data.byteOffset + offset + 4, 4));
  const size32 = data.getUint32(offset);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined;
  if (size32 === 0) return { type, headerSize: 8, size: remaining };
  if (size32 !== 1) return size32 < 8 ? undefined : { type, headerSize: 8, size: size32 };
  if (offset + 16 > end) return undefined;
  return { type, headerSize: 16, size: Number(data.getBigUint64(offset + 8)) };
}

function* children(data: DataView): Generator<{ type: string; content: DataView }> {
  for (let offset = 0; offset < data.byteLength; ) {
    const box = readBoxHeader(data, offset, data.byteLength, data.byteLength - offset);
    if (box === undefined || offset + box.size > data.byteLength) return;
    const content = new DataView(
      data.buffer,
      data.byteOffset + offset + box.headerSize,
      box.size - box.headerSize,
    );
    yield { type: box.type, content };
    offset += box.size;
  }
}

const child = (data: DataView | undefined, type: string) =>
  data && [...children(data)].find((box) => box.type === type)?.content;

/** Time scale and duration of an mvhd or mdhd box. */
function readClock(box: DataView) {
  return box.getUint8(0) === 1
    ? { timescale: box.getUint32(20), duration: Number(box.getBigUint64(24)) }
    : { timescale: box.getUint32(12), duration: box.getUint32(16) };
}

function areEditsSimple(moov: DataView): boolean {
  const mvhd = child(moov, "mvhd");
  if (mvhd === undefined) return false;
  const { timescale: movieTimescale } = readClock(mvhd);
  return [...children(moov)].every(({ type, content: trak }) => {
    const elst = type === "trak" ? child(child(trak, "edts"), "elst") : undefined;
    const mdhd = child(child(trak, "mdia"), "mdhd");
    if (elst === undefined || mdhd === undefined) return true;
    const media = readClock(mdhd);
    const runs = readEdits(elst).filter(({ mediaTime }) => mediaTime !== -1);
    const [run] = runs;
    if (run === undefined) return true;
    const playedSeconds = run.duration / movieTimescale;
    const mediaSeconds = (media.duration - run.mediaTime) / media.timescale;
    // Zero means "until the end"; fragmented files write it.
    const playsToEnd = run.duration === 0 || playedSeconds > mediaSeconds - TOLERANCE_SECONDS;
    return runs.length === 1 && run.rate === 1 && playsToEnd;
  });
}

function readEdits(elst: DataView) {
  const isLong = elst.getUint8(0) === 1;
  const entrySize = isLong ? 20 : 12;
  return Array.from({ length: elst.getUint32(4) }, (_, index) => {
    const offset = 8 + index * entrySize;
    return isLong
      ? {
          duration: Number(elst.getBigUint64(offset)),
          mediaTime: Number(elst.getBigInt64(offset + 8)),
          rate: elst.getInt16(offset + 16),
        }
      : {
          duration: elst.getUint32(offset),
          mediaTime: elst.getInt32(offset + 4),
          rate: elst.getInt16(offset + 8),
        };
  });
}
