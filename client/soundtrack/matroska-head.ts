import type { Readable } from "./coalesce-reads.ts";

/** https://www.rfc-editor.org/rfc/rfc9559#section-5.1 */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TITLE = 0x7ba9;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const CODEC_DELAY = 0x56aa;

const AUDIO = 2;

/** The start of the file, where muxers put Info and Tracks. What comes later isn't found. */
const HEAD_BYTES = 256 * 1024;

export interface MatroskaHead {
  title: string | undefined;
  /** The numbers of the audio tracks, as the file has them. */
  audioTrackNumbers: readonly number[];
  /** By track number: how much decoding yields before the first sample that should be heard. */
  codecDelaySeconds: ReadonlyMap<number, number>;
}

/**
 * Reads what mediabunny doesn't report about a Matroska or WebM file.
 *
 * @returns undefined for any other file.
 */
export async function readMatroskaHead(source: Readable): Promise<MatroskaHead | undefined> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const [header, segment] = readElements(head);
  if (header?.id !== EBML || segment?.id !== SEGMENT) return undefined;
  const title = findElement(findElement(segment.data, INFO), TITLE);
  const tracks = readElements(findElement(segment.data, TRACKS)).filter(
    ({ id }) => id === TRACK_ENTRY,
  );
  return {
    title: new TextDecoder().decode(title).replace(/\0+$/, "") || undefined,
    audioTrackNumbers: tracks
      .filter(({ data }) => readNumber(0, findElement(data, TRACK_TYPE)) === AUDIO)
      .map(({ data }) => readNumber(0, findElement(data, TRACK_NUMBER))),
    codecDelaySeconds: new Map(
      tracks.map(({ data }) => [
        readNumber(0, findElement(data, TRACK_NUMBER)),
        readNumber(0, findElement(data, CODEC_DELAY)) / 1e9,
      ]),
    ),
  };
}

interface Element {
  id: number;
  data: Uint8Array;
}

const findElement = (data: Uint8Array, id: number): Uint8Array =>
  readElements(data).find((element) => element.id === id)?.data ?? new Uint8Array(0);

/** Lists the elements in `data`. One that is cut off ends with the data. */
function readElements(data: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let offset = 0; offset < data.length; ) {
    const idLength = Math.clz32(data[offset] ?? 0) - 23;
    const sizeOffset = offset + idLength;
    const sizeLength = Math.clz32(data[sizeOffset] ?? 0) - 23;
    if (idLength > 4 || sizeLength > 8 || sizeOffset + sizeLength > data.length) break;
    const id = readNumber(0, data.subarray(offset, sizeOffset));
    // The highest bit of the first byte gives the length and isn't part of the number.
    const firstBits = (data[sizeOffset] ?? 0) & (0x7f >> (sizeLength - 1));
    const size = readNumber(firstBits, data.subarray(sizeOffset + 1, sizeOffset + sizeLength));
    const start = sizeOffset + sizeLength;
    elements.push({ id, data: data.subarray(start, start + size) });
    offset = start + size;
  }
  return elements;
}

const readNumber = (first: number, rest: Uint8Array) =>
  rest.reduce((value, byte) => value * 256 + byte, first);
