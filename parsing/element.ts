/** An element of EBML (RFC 8794), as a view of the bytes around it. */
export class Element {
  readonly id: number;
  readonly bodyStart: number;
  /** Beyond the bytes where it is cut, and infinite where its size isn't known. */
  readonly end: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, id: number, bodyStart: number, end: number) {
    this.#bytes = bytes;
    this.id = id;
    this.bodyStart = bodyStart;
    this.end = end;
  }

  /** As much of it as is there. */
  get body(): Uint8Array {
    return this.#bytes.subarray(this.bodyStart, Math.min(this.end, this.#bytes.length));
  }

  /** The whole elements in it, in order, up to the first that doesn't fit. */
  children(): Generator<Element> {
    return listElements(this.#bytes, this.bodyStart, Math.min(this.end, this.#bytes.length));
  }

  /** The first descendant along `path`. */
  find(...path: number[]): Element | undefined {
    let found: Element | undefined = this;
    for (const id of path) found = found && findChild(found, id);
    return found;
  }

  /** Its number, of at most eight bytes, signed or not. */
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

/** Reads the element at `at`; undefined where its head is cut. */
export function readElement(bytes: Uint8Array, at: number): Element | undefined {
  const idBytes = measureNumber(bytes[at]);
  const size = idBytes > 4 ? undefined : readNumber(bytes, at + idBytes);
  if (!size) return undefined;
  const id = bytes.subarray(at, at + idBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return new Element(bytes, id, size.next, size.next + size.value);
}

/**
 * Reads a number whose first bits say how long it is (§4). All ones, which are infinite here, mean that
 * it isn't known.
 *
 * @returns undefined where it is cut.
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

/** The bytes of a number, by its first one; 9 where that one is 0 or missing. */
const measureNumber = (first = 0): number => Math.clz32(first) - 23;

/** The whole elements between two offsets, in order, up to the first that doesn't fit. */
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

/** The first elements of a Matroska file (RFC 9559 §5.1). */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;

/** The head of a file whose EBML header and a segment are there. */
const LEAST_BYTES = 64;

/** Finds the segment, which is all of a Matroska file but its header; undefined for other files. */
export function findSegment(head: Uint8Array): Element | undefined {
  const header = head.length < LEAST_BYTES ? undefined : readElement(head, 0);
  const segment = header?.id === EBML ? readElement(head, header.end) : undefined;
  return segment?.id === SEGMENT ? segment : undefined;
}
