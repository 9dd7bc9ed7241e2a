/**
 * Reads big-endian fields, one after another.
 *
 * @throws RangeError if a field extends beyond the bytes
 */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  skip(bytes: number): this {
    this.#at += bytes;
    return this;
  }

  u8(): number {
    return this.#view.getUint8(this.#pass(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#pass(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#pass(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#pass(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#pass(4));
  }

  /** Reads a 64-bit number, or a 32-bit one in the short version of a field. */
  u64(isLong = true): number {
    return isLong ? Number(this.#view.getBigUint64(this.#pass(8))) : this.u32();
  }

  /** Does the same for a signed number. */
  i64(isLong = true): number {
    return isLong ? Number(this.#view.getBigInt64(this.#pass(8))) : this.i32();
  }

  /** Reads bytes as characters. Returns fewer if fewer are left. */
  text(bytes: number): string {
    const start = this.#pass(bytes);
    return String.fromCharCode(...this.#bytes.subarray(start, start + bytes));
  }

  /** Returns the remaining bytes, without a copy. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  #pass(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
