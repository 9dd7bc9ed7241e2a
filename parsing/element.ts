/** An element of EBML (RFC 8794). It is a view, not a copy. */
export class Element {
  readonly id: number;
  readonly bodyStart: number;
  /**
   * Where the element ends. If it is cut, that is beyond the bytes. Infinity if its size is
   * unknown.
   */
  readonly end: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, id: number, bodyStart: number, end: number) {
    this.#bytes = bytes;
    this.id = id;
    this.bodyStart = bodyStart;
    this.end = end;
  }

  /** Returns the body, or as much of it as is there. */
  get body(): Uint8Array {
    return this.#bytes.subarray(this.bodyStart, Math.min(this.end, this.#bytes.length));
  }

  /** Lists the complete elements inside, up to the first one that doesn't fit. */
  children(): Generator<Element> {
    return listElements(this.#bytes, this.bodyStart, Math.min(this.end, this.#bytes.length));
  }

  /** Finds the first descendant along `path`. */
  find(...path: number[]): Element | undefined {
    let found: Element | undefined = this;
    for (const id of path) found = found && findChild(found, id);
    return found;
  }

  /** Reads the body as a number. Returns 0 if it is empty or longer than eight bytes. */
  number(signed = false): number {
    const { body } = this;
    if (body.length === 0 || body.length > 8) return 0;
    const value = body.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return Number(signed ? BigInt.asIntN(8 * body.length, value) : value);
  }
}

function findChild(element: Element, id: number): Element | undefined {
  for (const child of element.children()) if (child.id === id) return child;
  return undefined;
}

/** Reads the element at `at`. Returns undefined if its head is cut. */
export function readElement(bytes: Uint8Array, at: number): Element | undefined {
  const idBytes = measureNumber(bytes[at]);
  const size = idBytes > 4 ? undefined : readNumber(bytes, at + idBytes);
  if (!size) return undefined;
  const id = bytes.subarray(at, at + idBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return new Element(bytes, id, size.next, size.next + size.value);
}

/**
 * Reads a number of variable length (§4). Its first bits say how many bytes it takes. All ones mean
 * "unknown", which becomes Infinity.
 *
 * @returns undefined if it is cut
 */
export function readNumber(
  bytes: Uint8Array,
  at: number,
): { value: number; next: number } | undefined {
  const length = measureNumber(bytes[at]);
  if (length > 8 || at + length > bytes.length) return undefined;
  let value = BigInt((bytes[at] ?? 0) & (0xff >> length));
  for (let index = 1; index < length; index++) {
    value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  }
  const isUnknown = value === 2n ** BigInt(7 * length) - 1n;
  return { value: isUnknown ? Infinity : Number(value), next: at + length };
}

/** Returns how many bytes a number takes, by its first byte. If that is 0 or missing, returns 9. */
const measureNumber = (first = 0): number => Math.clz32(first) - 23;

/** Lists the complete elements between two offsets, up to the first one that doesn't fit. */
export function* listElements(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): Generator<Element> {
  for (let at = start; at < end; ) {
    const element = readElement(bytes, at);
    if (!element || element.end > end) return;
    yield element;
    at = element.end;
  }
}

/** The two elements that a Matroska file consists of (RFC 9559 §5.1). */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;

/** A shorter file has no room for an EBML header and a segment. */
const LEAST_BYTES = 64;

/**
 * Finds the segment, which is the whole Matroska file without its header. Returns undefined for
 * other files.
 */
export function findSegment(head: Uint8Array): Element | undefined {
  const header = head.length < LEAST_BYTES ? undefined : readElement(head, 0);
  const segment = header?.id === EBML ? readElement(head, header.end) : undefined;
  return segment?.id === SEGMENT ? segment : undefined;
}
