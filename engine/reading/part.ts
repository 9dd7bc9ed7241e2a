/** A buffer that is filled as the source delivers. Consumers may read it as often as they like. */
export class Part {
  readonly buffer: Buffer;
  #filled = 0;
  #ended = false;
  #error: unknown;
  #changed = Promise.withResolvers<void>();

  /** Fills `buffer` from its start with `chunks`, which must fit into it. */
  constructor(chunks: AsyncIterable<Uint8Array>, buffer: Buffer) {
    this.buffer = buffer;
    void this.#fill(chunks);
  }

  async #fill(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        this.buffer.set(chunk, this.#filled);
        this.#filled += chunk.length;
        this.#announce();
      }
    } catch (error) {
      this.#error = error;
    }
    this.#ended = true;
    this.#announce();
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Yields the bytes as they arrive. Throws the error of reading them. */
  async *drain(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let taken = 0; ; ) {
      signal.throwIfAborted();
      if (this.#filled > taken) {
        const chunk = this.buffer.subarray(taken, this.#filled);
        taken = this.#filled;
        yield chunk;
      } else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return;
      } else {
        await this.#changed.promise;
      }
    }
  }

  /** Returns all bytes, once they have arrived. Throws the error of reading them. */
  async readWhole(): Promise<Buffer> {
    while (!this.#ended) await this.#changed.promise;
    if (this.#error !== undefined) throw this.#error;
    return this.buffer.subarray(0, this.#filled);
  }
}
