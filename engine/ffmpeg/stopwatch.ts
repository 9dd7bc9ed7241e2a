/** The encoders' queues are full if the decoder takes nothing for so long; less is its own work. */
const HELD_UP_MS = 50;

/** Times one conversion, so that its figures show whether reading or encoding took long. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  #firstFramesAt: number | undefined;
  #lastFramesAt: number | undefined;
  #waitedMs = 0;

  /** The encoder gave frames. */
  noteFrames(): void {
    this.#lastFramesAt = performance.now();
    this.#firstFramesAt ??= this.#lastFramesAt;
  }

  /** Passes on what is read for the decoder, and sees which of the two waits for the other. */
  async *timeReads(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let askedAt = performance.now();
    for await (const chunk of chunks) {
      const gotAt = performance.now();
      // The wait for the first frame is part of that frame's own time.
      const since = Math.max(askedAt, this.#firstFramesAt ?? gotAt);
      this.#waitedMs += Math.max(0, gotAt - since);
      yield chunk;
      askedAt = performance.now();
      // A decoder that is held up is ahead: while it waited before, the encoders had work.
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
