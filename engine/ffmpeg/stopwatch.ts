/** If the decoder takes nothing for this long, the encoders' queues are full. Shorter pauses are its own work. */
const HELD_UP_MS = 50;

/** Times a conversion, so that its figures show whether reading or encoding was slow. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  #firstFramesAt: number | undefined;
  #lastFramesAt: number | undefined;
  #waitedMs = 0;

  /** Notes that the encoder has produced frames. */
  noteFrames(): void {
    this.#lastFramesAt = performance.now();
    this.#firstFramesAt ??= this.#lastFramesAt;
  }

  /** Passes on the decoder's input, and notices whether the source or the decoder is slower. */
  async *timeReads(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let askedAt = performance.now();
    for await (const chunk of chunks) {
      const gotAt = performance.now();
      // The wait for the first frame counts as that frame's time.
      const since = Math.max(askedAt, this.#firstFramesAt ?? gotAt);
      this.#waitedMs += Math.max(0, gotAt - since);
      yield chunk;
      askedAt = performance.now();
      // A decoder that pauses is ahead, so the encoders had work while it waited for the source.
      if (askedAt - gotAt >= HELD_UP_MS) this.#waitedMs = 0;
    }
  }

  readSeconds() {
    const since = (at = Number.NaN) => (at - this.#startedAt) / 1000;
    return {
      wallSeconds: since(performance.now()),
      firstFrameSeconds: since(this.#firstFramesAt),
      lastFrameSeconds: since(this.#lastFramesAt),
      sourceWaitSeconds: this.#waitedMs / 1000,
    };
  }
}
