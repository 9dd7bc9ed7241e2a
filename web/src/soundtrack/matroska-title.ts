import type { Bytes } from "./byte-source.ts";

/** https://www.rfc-editor.org/rfc/rfc9559#section-5.1 */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TITLE = 0x7ba9;

/** The file's head, where muxers put Info; a title that lies further back isn't found. */
const HEAD_BYTES = 64 * 1024;

/** The segment's title of a Matroska or WebM file, which mediabunny doesn't count as a tag. */
export async function readMatroskaTitle(bytes: Bytes): Promise<string | undefined> {
  const head = await bytes.read(0, Math.min(HEAD_BYTES, bytes.size));
  const [header, segment] = readElements(head);
  if (header?.id !== EBML || segment?.id !== SEGMENT) return undefined;
  const info = readElements(segment.data).find(({ id }) => id === INFO);
  const title = info && readElements(info.data).find(({ id }) => id === TITLE);
  return title && (new TextDecoder().decode(title.data).replace(/\0+$/, "") || undefined);
}

/** The elements side by side in `data`; one that is cut off ends with the data. */
function readElements(data: Uint8Array): { id: number; data: Uint8Array }[] {
  const elements: { id: number; data: Uint8Array }[] = [];
  for (let offset = 0; offset < data.length; ) {
    const idLength = Math.clz32(data[offset] ?? 0) - 23;
    const sizeOffset = offset + idLength;
    const sizeLength = Math.clz32(data[sizeOffset] ?? 0) - 23;
    if (idLength > 4 || sizeLength > 8 || sizeOffset + sizeLength > data.length) break;
    const id = readNumber(0, data.subarray(offset, sizeOffset));
    // The first byte's highest bit tells the length and isn't part of the number.
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
