import type { Readable } from "node:stream";
import { FrameSplitter } from "./frame.ts";

/** Queues an encoder's MP3 frames, which are addressed by their number in its stream. */
export class FrameQueue {
  #frames: Uint8Array[] = [];
  #firstNumber = 0;
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  readonly #stream: Readable;
  readonly #capacity: number;

  /** Stops reading `stream` while it holds more than `capacity` frames. */
  constructor(stream: Readable, capacity: number) {
    this.#stream = stream;
    this.#capacity = capacity;
    void this.#fill();
  }

  async #fill(): Promise<void> {
    const splitter = new FrameSplitter();
    this.#stream.on("data", (chunk: Buffer) => {
      try {
        splitter.push(chunk, (frame) => this.#frames.push(frame));
      } catch (error) {
        this.#stream.destroy(error as Error);
      }
      if (this.#frames.length > this.#capacity) this.#stream.pause();
      this.#wake?.();
    });
    await new Promise<void>((resolve) => {
      this.#stream.once("error", (error) => {
        this.#error = error;
      });
      this.#stream.once("close", resolve);
    });
    this.#ended = true;
    this.#wake?.();
  }

  /** Returns frame `number`, or undefined if the stream ended before it. */
  async get(number: number): Promise<Uint8Array | undefined> {
    for (;;) {
      const frame = this.#frames[number - this.#firstNumber];
      if (frame) return frame;
      if (number < this.#firstNumber) throw new Error(`frame ${number} was released`);
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      this.#stream.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Reads and drops the rest of the stream, so that its process can end. */
  discard(): void {
    this.#frames = [];
    this.#stream.removeAllListeners("data");
    this.#stream.resume();
  }

  /** Drops the frames before `number`. */
  release(number: number): void {
    const count = Math.min(number - this.#firstNumber, this.#frames.length);
    if (count <= 0) return;
    this.#frames.splice(0, count);
    this.#firstNumber += count;
    if (this.#frames.length < this.#capacity / 2) this.#stream.resume();
  }
}
