import { parseBoxHeader } from "../../parsing/box.ts";
import { findSegment } from "../../parsing/element.ts";
import type { Readable } from "./coalesce-reads.ts";

const TRANSPORT_PACKET_BYTES = 188;
const HEADER_BYTES = 128;

/**
 * Returns whether a file ends where its container says, as far as that is known. A file that was
 * interrupted or truncated goes to the converter, which says what is missing. Its extracted audio
 * would look complete. Reads the header of each top-level box of an MP4.
 */
export async function endsWhole(source: Readable): Promise<boolean> {
  const { sizeBytes } = source;
  const head = await readHeader(source, 0);
  if (head.length < 16) return true;
  const segment = findSegment(head);
  // A segment of unknown size was never finished, or is a stream.
  if (segment) return segment.end <= sizeBytes;
  if (head[0] === 0x47 && sizeBytes > TRANSPORT_PACKET_BYTES) {
    const second = await readHeader(source, TRANSPORT_PACKET_BYTES);
    return second[0] !== 0x47 || sizeBytes % TRANSPORT_PACKET_BYTES === 0;
  }
  return endsWithBox(source);
}

const readHeader = (source: Readable, start: number): Promise<Uint8Array> =>
  source.read(start, Math.min(source.sizeBytes, start + HEADER_BYTES));

/** ISO/IEC 14496-12, 4.2: boxes follow each other to the end of the file. */
async function endsWithBox(source: Readable): Promise<boolean> {
  const { sizeBytes } = source;
  for (let start = 0; start + 8 <= sizeBytes; ) {
    const header = parseBoxHeader(await readHeader(source, start));
    // The last box may extend to the end. Anything smaller than a header is no box.
    if (!header || header.sizeBytes < header.headerBytes) return true;
    start += header.sizeBytes;
    if (start > sizeBytes) return false;
  }
  return true;
}
