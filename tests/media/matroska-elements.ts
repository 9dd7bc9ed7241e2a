import { findSegment, readElement } from "../../parsing/element.ts";

/** The elements of a segment, by their names in RFC 9559 §5.1. */
const NAMES = {
  290298740: "SeekHead",
  357149030: "Info",
  374648427: "Tracks",
  524531317: "Cluster",
  475249515: "Cues",
  307544935: "Tags",
  423732329: "Attachments",
  272869232: "Chapters",
  236: "Void",
} as const;
type Name = (typeof NAMES)[keyof typeof NAMES];

/** A complete element of a segment. */
export interface SegmentElement {
  name: Name | undefined;
  id: number;
  body: Buffer;
}

/** Splits a Matroska file into its EBML header and its segment's elements. */
export function splitMatroska(bytes: Buffer): { header: Buffer; elements: SegmentElement[] } {
  const segment = findSegment(bytes);
  const headerEnd = readElement(bytes, 0)?.end;
  if (!segment || headerEnd === undefined) throw new Error("no Matroska file");
  const elements: SegmentElement[] = [];
  for (let at = segment.bodyStart; at < Math.min(segment.end, bytes.length); ) {
    const element = readElement(bytes, at);
    if (!element || element.end > bytes.length) throw new Error(`no whole element at ${at}`);
    const { id, bodyStart, end } = element;
    const name = NAMES[id as keyof typeof NAMES];
    elements.push({ name, id, body: bytes.subarray(bodyStart, end) });
    at = end;
  }
  return { header: bytes.subarray(0, headerEnd), elements };
}

interface Writing {
  /** Whether the segment's size is unknown, as in a live recording. */
  isSegmentOpen?: boolean;
  /** Whether the clusters' sizes are unknown. */
  areClustersOpen?: boolean;
  /** Elements that the seek head points to. */
  found?: readonly Name[];
}

/** Writes a Matroska file with the given elements in the given order. The old seek head and cues are left out. */
export function joinMatroska(
  header: Buffer,
  elements: readonly SegmentElement[],
  { isSegmentOpen = false, areClustersOpen = false, found = [] }: Writing = {},
): Buffer {
  const kept = elements.filter(({ name }) => name !== "SeekHead");
  const written = kept.map(({ id, name, body }) =>
    makeElement(id, body, areClustersOpen && name === "Cluster"),
  );
  const seekHead = makeSeekHead(kept, written, found);
  const body = Buffer.concat([seekHead, ...written]);
  return Buffer.concat([header, makeElement(0x18538067, body, isSegmentOpen)]);
}

function makeSeekHead(
  kept: readonly SegmentElement[],
  written: readonly Buffer[],
  found: readonly Name[],
): Buffer {
  if (found.length === 0) return Buffer.alloc(0);
  const build = (base: number) => {
    let at = base;
    const seeks: Buffer[] = [];
    for (const [index, { name, id }] of kept.entries()) {
      if (name && found.includes(name)) {
        const place = Buffer.alloc(8);
        place.writeBigUInt64BE(BigInt(at));
        const seek = [makeElement(0x53ab, idBytes(id)), makeElement(0x53ac, place)];
        seeks.push(makeElement(0x4dbb, Buffer.concat(seek)));
      }
      at += written[index]?.length ?? 0;
    }
    return makeElement(0x114d9b74, Buffer.concat(seeks));
  };
  return build(build(0).length);
}

function idBytes(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0));
}

/** Makes an element whose size takes eight bytes. */
export function makeElement(id: number, body: Buffer, isOpen = false): Buffer {
  const size = Buffer.alloc(8, 0xff);
  size[0] = 1;
  if (!isOpen) size.writeUIntBE(body.length, 2, 6);
  if (!isOpen) size[1] = 0;
  return Buffer.concat([idBytes(id), size, body]);
}
