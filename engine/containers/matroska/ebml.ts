/** An element of EBML (RFC 8794) inside a buffer, in bytes. `end` is beyond it where it is cut. */
export interface Element {
  id: number;
  bodyStart: number;
  end: number;
}

/** Reads the size at `at`; undefined where it is cut or unknown (all ones). */
export function readEbmlSize(
  bytes: Buffer,
  at: number,
): { size: number; next: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > 8) return undefined;
  let value = BigInt(bytes[at] as number) & BigInt(2 ** (8 - length) - 1);
  for (let index = 1; index < length; index++) {
    value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  }
  const isUnknown = value === 2n ** BigInt(7 * length) - 1n;
  return isUnknown ? undefined : { size: Number(value), next: at + length };
}

/** Reads the element at `at`; undefined where its head is cut or its size unknown. */
export function readElement(bytes: Buffer, at: number): Element | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > 4 || at + length > bytes.length) return undefined;
  const id = bytes.readUIntBE(at, length);
  const size = readEbmlSize(bytes, at + length);
  return size && { id, bodyStart: size.next, end: size.next + size.size };
}

/** The whole elements between two offsets, in order, up to the first that doesn't fit. */
export function* listElements(bytes: Buffer, start: number, end: number): Generator<Element> {
  for (let at = start; at < end; ) {
    const element = readElement(bytes, at);
    if (!element || element.end > end) return;
    yield element;
    at = element.end;
  }
}

/** The first descendant along `path`. */
export function findElement(
  bytes: Buffer,
  parent: Element,
  ...path: number[]
): Element | undefined {
  let found: Element | undefined = parent;
  for (const id of path) {
    if (!found) return undefined;
    const { bodyStart, end }: Element = found;
    found = listElements(bytes, bodyStart, end).find((element) => element.id === id);
  }
  return found;
}

/** The element's number, of at most eight bytes, signed or not. */
export function readNumber(bytes: Buffer, { bodyStart, end }: Element, signed = false): number {
  if (end <= bodyStart || end - bodyStart > 8) return 0;
  const bits = 8 * (end - bodyStart);
  const value = BigInt(`0x${bytes.toString("hex", bodyStart, end)}`);
  return Number(signed ? BigInt.asIntN(bits, value) : value);
}
