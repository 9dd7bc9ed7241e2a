import type { RangeReader } from "../../reading/range-reader.ts";
import type { MissingEnd, Times } from "../container.ts";
import { readFileTail } from "../file-tail.ts";
import { PlainFile } from "../plain-file.ts";
import type { TrackChoice } from "../track-choice.ts";
import { findOggEnd } from "./ogg-file.ts";

/** A page has a header, a table of its segments' lengths, and the segments (RFC 3533 §6). */
const PAGE_HEADER_BYTES = 27;
const BEGINS_STREAM = 2;

/** How many bytes of a stream's first packet give its codec, channels and rate. */
const FORMAT_BYTES = 24;

/** Enough to contain the last page. A page has 65,307 bytes at most. */
const TAIL_BYTES = 128 * 1024;

/** Enough for two days of radio with a link for each song. Each link costs a process. */
const MOST_LINKS = 1000;

interface Page {
  serial: number;
  isFirst: boolean;
  /** Codec, channels and rate of a stream's first page. */
  format: string;
}

/**
 * Reads an Ogg file that consists of several links, one after another, with different rates or
 * channels. ffmpeg gives up at the first difference, so each link is decoded separately.
 */
class ChainedOgg extends PlainFile {
  override readonly links: readonly (readonly [startByte: number, endByte: number])[];

  constructor(reader: RangeReader, missingEnd: MissingEnd | undefined, links: ChainedOgg["links"]) {
    super(reader, { missingEnd });
    this.links = links;
  }

  /** Ignores the length that ffmpeg reports, which is the last link's. */
  override describeTimes(): Times {
    return {
      delaySeconds: 0,
      primingSeconds: 0,
      trackSeconds: undefined,
      lengthSeconds: undefined,
      isLengthSure: false,
      isLengthOfTrack: false,
      isLengthSpan: false,
    };
  }
}

/** Opens an Ogg file if its links differ. */
export async function openChainedOgg(
  reader: RangeReader,
  _choice: TrackChoice,
  signal: AbortSignal,
): Promise<ChainedOgg | undefined> {
  const links = await findOggLinks(reader, signal);
  if (!links) return undefined;
  const { missingEnd } = findOggEnd(await readFileTail(reader, signal));
  return new ChainedOgg(reader, missingEnd, links);
}

/**
 * Finds the byte ranges of an Ogg file's links. If the first pages and the last one belong to
 * different streams, this reads the whole file.
 *
 * @returns undefined for other files, and if all links are alike
 */
async function findOggLinks(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<ChainedOgg["links"] | undefined> {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", 0, 4) !== "OggS") return undefined;
  const first = new Set<number>();
  for (let at = 0; ; ) {
    const [page, next] = parsePage(head, at) ?? [];
    if (!page?.isFirst || next === undefined) break;
    first.add(page.serial);
    at = next;
  }
  const tail = await reader.readTail(TAIL_BYTES, signal);
  const last = tail.lastIndexOf("OggS", tail.length - PAGE_HEADER_BYTES, "latin1");
  if (last < 0 || first.has(tail.readUInt32LE(last + 14))) return undefined;
  return await scanLinks(reader, signal);
}

async function scanLinks(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<ChainedOgg["links"] | undefined> {
  const starts: number[] = [];
  const formats = new Set<string>();
  let wasFirst = false;
  let link = "";
  for await (const [at, page] of readPages(reader, signal)) {
    if (page.isFirst && !wasFirst) {
      if (starts.length > 0) formats.add(link);
      link = "";
      starts.push(at);
    }
    if (page.isFirst) link += page.format;
    wasFirst = page.isFirst;
  }
  formats.add(link);
  if (formats.size < 2 || starts.length > MOST_LINKS) return undefined;
  return starts.map((start, index) => [start, starts[index + 1] ?? reader.sizeBytes] as const);
}

/** Lists all pages with their positions. */
async function* readPages(
  reader: RangeReader,
  signal: AbortSignal,
): AsyncGenerator<readonly [at: number, page: Page]> {
  let bytes = Buffer.alloc(0);
  let start = 0;
  for await (const chunk of reader.read(0, reader.sizeBytes, signal)) {
    bytes = Buffer.concat([bytes, chunk]);
    let at = 0;
    for (;;) {
      const parsed = parsePage(bytes, at);
      if (!parsed) break;
      yield [start + at, parsed[0]];
      at = parsed[1];
    }
    // There is no page here, so search for the next one.
    if (at === 0 && bytes.length > TAIL_BYTES) {
      at = bytes.indexOf("OggS", 1, "latin1");
      if (at < 0) at = bytes.length - 3;
    }
    bytes = bytes.subarray(at);
    start += at;
  }
}

/** Parses the page at `at`, and returns it with the start of the next one. */
function parsePage(bytes: Buffer, at: number): [page: Page, next: number] | undefined {
  if (bytes.toString("latin1", at, at + 4) !== "OggS") return undefined;
  const segments = bytes[at + PAGE_HEADER_BYTES - 1];
  if (segments === undefined) return undefined;
  const body = at + PAGE_HEADER_BYTES + segments;
  const lengths = bytes.subarray(at + PAGE_HEADER_BYTES, body);
  const next = lengths.reduce((sum, length) => sum + length, body);
  if (lengths.length < segments || next > bytes.length) return undefined;
  const isFirst = ((bytes[at + 5] ?? 0) & BEGINS_STREAM) !== 0;
  const serial = bytes.readUInt32LE(at + 14);
  return [{ serial, isFirst, format: nameFormat(bytes.subarray(body, next)) }, next];
}

/**
 * Returns a stream's format. Leaves out Opus's gain and FLAC's sizes, which may differ between
 * links.
 */
function nameFormat(packet: Buffer): string {
  const name = packet.toString("latin1", 0, 8);
  if (name === "OpusHead") return `opus ${packet[9]}`;
  if (name.startsWith("\x7fFLAC")) return packet.toString("hex", 27, 30);
  return packet.toString("hex", 0, Math.min(FORMAT_BYTES, 16));
}
