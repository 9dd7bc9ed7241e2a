import { Fields } from "./fields.ts";

/** Boxes contradict each other. {@link ifWellFormed} catches this error. */
export class MalformedBox extends Error {
  override name = "MalformedBox";
}

/**
 * Returns the result of `read`, or undefined if the boxes contradict each other. A table that ends
 * early makes a read throw a RangeError, which counts too.
 */
export function ifWellFormed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedBox || error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** No real box has more children. Hostile files have millions of empty ones. */
const MOST_CHILDREN = 4096;

export interface BoxHeader {
  type: string;
  /** The size with the header. 0 means "to the end". */
  sizeBytes: number;
  headerBytes: number;
}

/**
 * Parses the header of the box at `start`. Returns undefined if its 8 or 16 bytes aren't all there.
 */
export function parseBoxHeader(bytes: Uint8Array, start = 0): BoxHeader | undefined {
  const fields = new Fields(bytes.subarray(start, start + 16));
  if (fields.left < 8) return undefined;
  const size = fields.u32();
  const type = fields.text(4);
  if (size !== 1) return { type, sizeBytes: size, headerBytes: 8 };
  if (fields.left < 8) return undefined;
  return { type, sizeBytes: fields.u64(), headerBytes: 16 };
}

/** A box of the ISO base media file format (ISO/IEC 14496-12 §4.2). It is a view, not a copy. */
export class Box {
  readonly type: string;
  /** Offsets in the underlying bytes. */
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

  /** Returns the box's bytes, including its header. */
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

  /** Reads the version and flags of a full box (§4.2.2), and returns the fields after them. */
  fullFields(): { version: number; flags: number; isLong: boolean; fields: Fields } {
    const fields = this.fields();
    const word = fields.u32();
    const version = word >>> 24;
    // In version 1, times and positions have 64 bits.
    return { version, flags: word & 0xffffff, isLong: version === 1, fields };
  }

  /**
   * Lists the boxes inside, after the first `skippedBytes` of the body.
   *
   * @throws MalformedBox if one extends beyond the body
   */
  children(skippedBytes = 0): Box[] {
    return listBoxes(this.#bytes, this.bodyStart + skippedBytes, this.end);
  }

  /** Lists the boxes inside. If one extends beyond the body, it is cut there, and is the last. */
  clippedChildren(): Box[] {
    return listBoxes(this.#bytes, this.bodyStart, this.end, { clips: true });
  }

  /** Finds the first descendant along `path`. */
  find(...path: string[]): Box | undefined {
    let box: Box | undefined = this;
    for (const type of path) box = box?.children().find((child) => child.type === type);
    return box;
  }
}

/** Returns a view of bytes that are exactly one box with an 8-byte header. */
export const openBox = (bytes: Uint8Array, type: string): Box =>
  new Box(bytes, type, 0, 8, bytes.length);

/**
 * Lists the boxes between two offsets, in order.
 *
 * @param clips whether a box that extends beyond the range is cut there
 * @throws MalformedBox if a box extends beyond the range and isn't cut
 */
export function listBoxes(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
  { clips = false } = {},
): Box[] {
  const boxes: Box[] = [];
  for (let at = start; end - at >= 8; ) {
    const header = parseBoxHeader(bytes, at);
    if (!header) break;
    const { type, headerBytes } = header;
    // QuickTime ends some lists with four zero bytes, which are too short for a header.
    const stated = header.sizeBytes === 0 ? end - at : header.sizeBytes;
    const size = clips ? Math.min(stated, end - at) : stated;
    if (clips && size < headerBytes) break;
    if (size < headerBytes || at + size > end) {
      throw new MalformedBox(`box ${JSON.stringify(type)} leaves its parent`);
    }
    boxes.push(new Box(bytes, type, at, at + headerBytes, at + size));
    if (boxes.length > MOST_CHILDREN) throw new MalformedBox("too many boxes");
    at += size;
  }
  return boxes;
}
