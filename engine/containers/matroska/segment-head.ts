import { type Element, findSegment, listElements, readElement } from "../../../parsing/element.ts";
import { CLUSTER, INFO, SEEK_HEAD, TRACK_ENTRY, TRACKS } from "../../../parsing/matroska-ids.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { SourceReader } from "../../types.ts";
import { type Piece, SplicedSource } from "../spliced-source.ts";

/** The elements of a Matroska file that usually come before its audio (RFC 9559 §5.1). */
export interface SegmentHead {
  /** The body of the tracks' element. */
  tracks: Buffer;
  /** The whole element with times and titles. */
  info: Buffer | undefined;
  /** The file with its tracks moved to the front, if ffmpeg wouldn't find them otherwise. */
  media: SourceReader | undefined;
}

const SEEK = 0x4dbb;
const SEEK_ID = 0x53ab;
const SEEK_POSITION = 0x53ac;

/** The most elements before the audio. A file with more is hostile. */
const MOST_ELEMENTS = 256;

/** How many bytes are read at once where the next element should be. */
const ELEMENT_READ_BYTES = 64 * 1024;

/** Real elements take a few kilobytes. */
const LARGEST_ELEMENT_BYTES = 1024 * 1024;

/** The most candidates for an element, or children in one. A file with more is hostile. */
const MOST_CANDIDATES = 64;
const MOST_CHILDREN = 1024;

/** How far tracks are searched for after the start of the audio and before the end of the file. */
const SEARCHED_BYTES = 4 * 1024 * 1024;

/**
 * Finds a Matroska file's tracks and times. They are before the audio, or where a seek head points to. In
 * files that were never finished, they may be among the audio, near the start or the end of the file.
 *
 * @returns undefined if this isn't Matroska or has no tracks
 */
export async function readSegmentHead(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<SegmentHead | undefined> {
  const head = await reader.readHead(signal);
  const segment = findSegment(head);
  if (!segment) return undefined;
  const front = await listFront(reader, segment.bodyStart, signal);
  const seeks = front.elements.get(SEEK_HEAD);
  const find = async (id: number) =>
    front.elements.get(id) ??
    (seeks && (await followSeek(reader, segment.bodyStart, seeks, id, signal)));
  const [tracks, info] = [await find(TRACKS), await find(INFO)];
  if (tracks) return { tracks: bodyOf(tracks), info, media: undefined };
  const found = await searchElement(reader, front.end, TRACKS, isTracks, signal);
  if (!found) return undefined;
  const late = info ? undefined : await searchElement(reader, front.end, INFO, isWhole, signal);
  const moved = late ? [found, late] : [found];
  const media = moveToFront(reader, head, segment, front, moved);
  return { tracks: bodyOf(found), info: info ?? late, media };
}

const bodyOf = (element: Buffer): Buffer =>
  element.subarray(readElement(element, 0)?.bodyStart ?? element.length);

/**
 * Lists the elements before the first cluster. `elements` has the ones that matter here. `others`
 * has the byte ranges of all except seek heads. `end` is where they end.
 */
async function listFront(reader: RangeReader, startByte: number, signal: AbortSignal) {
  const elements = new Map<number, Buffer>();
  const others: [startByte: number, endByte: number][] = [];
  let [window, windowStart] = [await reader.readHead(signal), 0];
  let at = startByte;
  for (let count = 0; count < MOST_ELEMENTS && at < reader.sizeBytes; count++) {
    if (at + 12 > windowStart + window.length) {
      [window, windowStart] = [await reader.readAll(at, at + ELEMENT_READ_BYTES, signal), at];
    }
    const element = readElement(window, at - windowStart);
    if (!element || element.id === CLUSTER) break;
    const end = windowStart + element.end;
    const { id } = element;
    if (id !== SEEK_HEAD) others.push([at, end]);
    const isWanted = id === TRACKS || id === INFO || id === SEEK_HEAD;
    if (isWanted && end - at <= LARGEST_ELEMENT_BYTES && !elements.has(id)) {
      const isNear = element.end <= window.length;
      const from = at - windowStart;
      elements.set(
        id,
        isNear ? window.subarray(from, element.end) : await reader.readAll(at, end, signal),
      );
    }
    at = end;
  }
  return { elements, others, end: Math.min(at, reader.sizeBytes) };
}

/** Reads the element that a seek head names. @returns undefined if something else is in its place */
async function followSeek(
  reader: RangeReader,
  segmentStart: number,
  seekHead: Buffer,
  wanted: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  for (const seek of listElements(bodyOf(seekHead))) {
    if (seek.id !== SEEK || seek.find(SEEK_ID)?.number() !== wanted) continue;
    const at = segmentStart + (seek.find(SEEK_POSITION)?.number() ?? Infinity);
    if (at >= reader.sizeBytes) continue;
    const element = readElement(await reader.readAll(at, at + 12, signal), 0);
    if (element?.id !== wanted || element.end > LARGEST_ELEMENT_BYTES) continue;
    return reader.readAll(at, at + element.end, signal);
  }
  return undefined;
}

/** Finds an element among the audio by its id, which other bytes may match by chance. */
async function searchElement(
  reader: RangeReader,
  startByte: number,
  id: number,
  isReal: (element: Element) => boolean,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const tailStart = Math.max(startByte, reader.sizeBytes - SEARCHED_BYTES);
  const frontEnd = Math.min(tailStart, startByte + SEARCHED_BYTES);
  const idBytes = Buffer.alloc(4);
  idBytes.writeUInt32BE(id);
  for (const [start, end] of [
    [tailStart, reader.sizeBytes],
    [startByte, frontEnd],
  ] as const) {
    const bytes = await reader.readAll(start, end, signal);
    let at = bytes.indexOf(idBytes);
    for (let count = 0; count < MOST_CANDIDATES && at >= 0; count++) {
      const element = readElement(bytes, at);
      if (element && element.end <= bytes.length && isReal(element)) {
        return bytes.subarray(at, element.end);
      }
      at = bytes.indexOf(idBytes, at + 1);
    }
  }
  return undefined;
}

/** Returns whether an element's children fill it, which is unlikely for bytes that match by chance. */
const isWhole = (element: Element): boolean => {
  let end = element.bodyStart;
  for (const child of element.children().take(MOST_CHILDREN)) end = child.end;
  return end === element.end && end > element.bodyStart;
};

const isTracks = (element: Element): boolean =>
  isWhole(element) && element.find(TRACK_ENTRY) !== undefined;

/**
 * Returns the file with these elements before its audio. It has no seek head, because its positions
 * would be wrong. The segment's size is unknown.
 */
function moveToFront(
  reader: RangeReader,
  head: Buffer,
  segment: Element,
  { others, end }: Pick<Awaited<ReturnType<typeof listFront>>, "others" | "end">,
  moved: readonly Buffer[],
): SourceReader {
  const start = Buffer.from(head.subarray(0, segment.bodyStart));
  const sizeAt = (readElement(head, 0)?.end ?? 0) + 4;
  // An unknown size is all ones, after the bits that say how many bytes the size takes.
  start.fill(0xff, sizeAt + 1);
  start[sizeAt] = 0x1ff >> (start.length - sizeAt);
  const pieces: Piece[] = [start, ...others, ...moved, [end, reader.sizeBytes]];
  return new SplicedSource(reader, pieces);
}
