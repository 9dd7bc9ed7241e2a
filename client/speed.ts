const WINDOW_MS = 8_000;

export interface Speed {
  bytesPerSecond: number;
  /** Undefined while nothing moves. */
  secondsLeft: number | undefined;
}

/** Measures bytes a second over the last eight seconds. */
export class SpeedMeter {
  readonly #samples: { atMs: number; bytes: number }[] = [];

  measure(sentBytes: number, totalBytes: number, nowMs: number): Speed {
    const last = this.#samples.at(-1);
    // The count falls when a part is sent again. Measuring starts over rather than showing a
    // negative speed.
    if (last !== undefined && sentBytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ atMs: nowMs, bytes: sentBytes });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? nowMs) < nowMs - WINDOW_MS) {
      this.#samples.shift();
    }
    const first = this.#samples[0];
    const seconds = first === undefined ? 0 : (nowMs - first.atMs) / 1000;
    const bytesPerSecond =
      first === undefined || seconds < 0.25 ? 0 : (sentBytes - first.bytes) / seconds;
    const secondsLeft = bytesPerSecond > 0 ? (totalBytes - sentBytes) / bytesPerSecond : undefined;
    return { bytesPerSecond, secondsLeft };
  }
}
