import type { Readable } from "./coalesce-reads.ts";

/** https://www.rfc-editor.org/rfc/rfc8794#section-4 */
const EBML = 0x1a45dfa3;
const TRANSPORT_PACKET_BYTES = 188;
const HEADER_BYTES = 64;

/**
 * Returns whether a file ends where its container says, as far as that is known. A file that was
 * interrupted or cut goes to the converter, which says what is missing: its extracted audio would
 * look complete. Reads the header of each top-level box of an MP4.
 */
export async function endsWhole(source: Readable): Promise<boolean> {
  const { sizeBytes } = source;
  const head = await readHeader(source, 0);
  if (head.byteLength < 16) return true;
  if (head.getUint32(0) === EBML) return endsWithSegment(head, sizeBytes);
  if (head.getUint8(0) === 0x47 && sizeBytes > TRANSPORT_PACKET_BYTES) {
    const second = await readHeader(source, TRANSPORT_PACKET_BYTES);
    return second.getUint8(0) !== 0x47 || sizeBytes % TRANSPORT_PACKET_BYTES === 0;
  }
  return endsWithBox(source);
}

const readHeader = async (source: Readable, start: number): Promise<DataView> => {
  const data = await source.read(start, Math.min(source.sizeBytes, start + HEADER_BYTES));
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
};

/** ISO/IEC 14496-12, 4.2: boxes follow each other to the end of the file. */
async function endsWithBox(source: Readable): Promise<boolean> {
  const { sizeBytes } = source;
  for (let start = 0; start + 8 <= sizeBytes; ) {
    const header = await readHeader(source, start);
    const size = header.getUint32(0);
    const isLarge = size === 1 && header.byteLength >= 16;
    const boxBytes = isLarge ? Number(header.getBigUint64(8)) : size;
    // The last box may extend to the end. Anything smaller than a header is no box.
    if (boxBytes < 8) return true;
    start += boxBytes;
    if (start > sizeBytes) return false;
  }
  return true;
}

/** A segment of unknown size was never finished, or is a stream. */
function endsWithSegment(head: DataView, sizeBytes: number): boolean {
  const header = readSize(head, 4);
  const segment = header && header.next + header.size;
  if (segment === undefined || segment + 12 > head.byteLength) return true;
  const size = readSize(head, segment + 4);
  return size !== undefined && size.next + size.size <= sizeBytes;
}

/**
 * Reads a number whose first bits give its length.
 *
 * @returns undefined if all bits are ones, which means "unknown".
 */
function readSize(data: DataView, at: number): { size: number; next: number } | undefined {
  const length = Math.clz32(data.getUint8(at)) - 23;
  let size = data.getUint8(at) & (0xff >> length);
  let isUnknown = size === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = data.getUint8(at + index);
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return isUnknown ? undefined : { size, next: at + length };
}
