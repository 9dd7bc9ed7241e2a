import { Fields } from "./fields.ts";

/** Boxes contradict each other. It never leaves {@link ifWellFormed}. */
export class MalformedBox extends Error {
  override name = "MalformedBox";
}

/**
 * Returns what `read` finds, or undefined if the boxes contradict each other. A table that ends
 * early makes reads fail with a RangeError.
 */
export function ifWellFormed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedBox || error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** More children than any real box has; hostile files have millions of empty ones. */
const MOST_CHILDREN = 4096;

export interface BoxHeader {
  type: string;
  /** With its header; 0 means "to the end". */
  sizeBytes: number;
  headerBytes: number;
}

/** Parses the header of the box at `start`; undefined if fewer than its 8 or 16 bytes are there. */
export function parseBoxHeader(bytes: Uint8Array, start = 0): BoxHeader | undefined {
  const fields = new Fields(bytes.subarray(start, start + 16));
  if (fields.left < 8) return undefined;
  const size = fields.u32();
  const type = fields.text(4);
  if (size !== 1) return { type, sizeBytes: size, headerBytes: 8 };
  if (fields.left < 8) return undefined;
  return { type, sizeBytes: fields.u64(), headerBytes: 16 };
}

/** A box of the ISO base media file format (ISO/IEC 14496-12 §4.2), as a view of the bytes around it. */
export class Box {
  readonly type: string;
  /** Where it is in the bytes that it is a view of. */
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, type: string, start: number, bodyStart: number, end: number) {
    this.#bytes = bytes;
    this.type = type;
    this.start = start;
    this.bodyStart = bodyStart;
    this.end = end;
  }

  /** Its bytes, header included. */
  get whole(): Uint8Array {
    return this.#bytes.subarray(this.start, this.end);
  }

  get body(): Uint8Array {
    return this.#bytes.subarray(this.bodyStart, this.end);
  }

  get bodyBytes(): number {
    return this.end - this.bodyStart;
  }

  fields(): Fields {
    return new Fields(this.body);
  }

  /** Reads the version and the flags of a full box (§4.2.2); its fields come after them. */
  fullFields(): { version: number; flags: number; isLong: boolean; fields: Fields } {
    const fields = this.fields();
    const word = fields.u32();
    const version = word >>> 24;
    // Version 1 is where times and places have 64 bits.
    return { version, flags: word & 0xffffff, isLong: version === 1, fields };
  }

  /**
   * Lists the boxes inside, after `skippedBytes` of its body.
   *
   * @throws MalformedBox if one extends beyond it.
   */
  children(skippedBytes = 0): Box[] {
    return listBoxes(this.#bytes, this.bodyStart + skippedBytes, this.end);
  }

  /** The first descendant along `path`. */
  find(...path: string[]): Box | undefined {
    let box: Box | undefined = this;
    for (const type of path) box = box?.children().find((child) => child.type === type);
    return box;
  }
}

/** Returns the view of bytes that are one box with a header of 8 bytes. */
export const openBox = (bytes: Uint8Array, type: string): Box =>
  new Box(bytes, type, 0, 8, bytes.length);

/**
 * Lists the boxes between two offsets, in order.
 *
 * @throws MalformedBox if one extends beyond the range.
 */
export function listBoxes(bytes: Uint8Array, start = 0, end = bytes.length): Box[] {
  const boxes: Box[] = [];
  for (let at = start; end - at >= 8; ) {
    const header = parseBoxHeader(bytes, at);
    if (!header) break;
    const { type, headerBytes } = header;
    // QuickTime ends some lists with four zero bytes, which is shorter than a header.
    const size = header.sizeBytes === 0 ? end - at : header.sizeBytes;
    if (size < headerBytes || at + size > end) {
      throw new MalformedBox(`box ${JSON.stringify(type)} leaves its parent`);
    }
    boxes.push(new Box(bytes, type, at, at + headerBytes, at + size));
    if (boxes.length > MOST_CHILDREN) throw new MalformedBox("too many boxes");
    at += size;
  }
  return boxes;
}
