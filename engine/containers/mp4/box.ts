/** A box of the ISO base media file format (ISO/IEC 14496-12 §4.2) inside a buffer, in bytes. */
export interface Box {
  type: string;
  start: number;
  bodyStart: number;
  end: number;
}

/** A file's boxes contradict each other, so its index can't be used. */
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

/** Parses the header of the box at `start`; undefined if fewer than its 8 or 16 bytes are there. */
export function parseBoxHeader(
  bytes: Buffer,
  start: number,
): { type: string; sizeBytes: number; headerBytes: number } | undefined {
  if (bytes.length - start < 8) return undefined;
  const type = bytes.toString("latin1", start + 4, start + 8);
  const size = bytes.readUInt32BE(start);
  if (size !== 1) return { type, sizeBytes: size, headerBytes: 8 };
  if (bytes.length - start < 16) return undefined;
  return { type, sizeBytes: Number(bytes.readBigUInt64BE(start + 8)), headerBytes: 16 };
}

/**
 * Lists the boxes between two offsets, in order.
 *
 * @throws MalformedBox if one extends beyond the range.
 */
export function listBoxes(bytes: Buffer, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let at = start; end - at >= 8; ) {
    const header = parseBoxHeader(bytes, at);
    if (!header) break;
    // Size 0 means "to the end"; QuickTime ends some lists with four zero bytes, which is shorter.
    const size = header.sizeBytes === 0 ? end - at : header.sizeBytes;
    if (size < header.headerBytes || at + size > end) {
      throw new MalformedBox(`box ${JSON.stringify(header.type)} leaves its parent`);
    }
    boxes.push({
      type: header.type,
      start: at,
      bodyStart: at + header.headerBytes,
      end: at + size,
    });
    if (boxes.length > MOST_CHILDREN) throw new MalformedBox("too many boxes");
    at += size;
  }
  return boxes;
}

/** The first descendant along `path`. */
export function findBox(bytes: Buffer, parent: Box, ...path: string[]): Box | undefined {
  let box: Box | undefined = parent;
  for (const type of path) {
    if (!box) return undefined;
    box = listBoxes(bytes, box.bodyStart, box.end).find((child) => child.type === type);
  }
  return box;
}

/** Puts a box's header before the pieces of its body. */
export function wrapBox(type: string, pieces: readonly Uint8Array[]): Uint8Array[] {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(
    pieces.reduce((sum, piece) => sum + piece.length, 8),
    0,
  );
  header.write(type, 4, "latin1");
  return [header, ...pieces];
}

export const makeBox = (type: string, ...pieces: readonly Uint8Array[]): Buffer =>
  Buffer.concat(wrapBox(type, pieces));
