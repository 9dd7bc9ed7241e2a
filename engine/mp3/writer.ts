import { Failure } from "../failure.ts";
import type { Mp3Sink } from "../types.ts";
import type { GaplessData } from "./gapless.ts";
import { LAME_DELAY_SAMPLES, XingHeader } from "./xing-header.ts";

/** Frames are passed to the sink in pieces of about this size. */
const WRITE_BYTES = 64 * 1024;

/**
 * An MP3 may have this size, an hour at 320 kbit/s, because a few bytes of FLAC or Opus can be an hour of
 * silence. Beyond that, it may be this many times the source. Speech at 4.75 kbit/s, the lowest rate of
 * any codec, grows by a factor of 68.
 */
const ALWAYS_ALLOWED_BYTES = 144 * 1024 * 1024;
const MOST_GROWTH = 100;

interface WriterHooks {
  /** Called when the encoder has produced frames. */
  onFrames: () => void;
  /** Called with the number of frames that the sink has taken in all. */
  onWritten: (frames: number) => void;
}

/** Passes frames to the sink in larger pieces, and counts what the head needs. */
export class Mp3Writer {
  #xing = new XingHeader();
  readonly #sink: Mp3Sink;
  readonly #hooks: WriterHooks;
  readonly #mostBytes: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(sink: Mp3Sink, sourceBytes: number, hooks: WriterHooks) {
    this.#mostBytes = ALWAYS_ALLOWED_BYTES + MOST_GROWTH * sourceBytes;
    this.#sink = sink;
    this.#hooks = hooks;
  }

  get xing(): XingHeader {
    return this.#xing;
  }

  /** Drops all written frames and starts over. */
  async restart(): Promise<void> {
    this.#xing = new XingHeader();
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#sink.abort();
  }

  async write(frames: readonly Uint8Array[]): Promise<void> {
    this.#hooks.onFrames();
    for (const frame of frames) {
      this.#xing.addFrame(frame);
      this.#pending.push(frame);
      this.#pendingBytes += frame.length;
    }
    if (this.#xing.audioBytes > this.#mostBytes) {
      throw new Failure("damaged", "the MP3 is far too large for the file");
    }
    if (this.#pendingBytes >= WRITE_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#sink.write(bytes);
    this.#hooks.onWritten(this.#xing.frames);
  }

  /**
   * Returns whether LAME would write this many frames for `samples` per channel. It flushes until the
   * padding after the last sample is at least 576 and less than 576 plus one frame.
   */
  fits(samples: number): boolean {
    const paddingSamples = this.#countPadding(samples);
    const frameSamples = this.#xing.frameHeader?.samples ?? 0;
    return paddingSamples >= 576 && paddingSamples < 576 + frameSamples;
  }

  #countPadding(samples: number): number {
    const frameSamples = this.#xing.frameHeader?.samples ?? 0;
    return this.#xing.frames * frameSamples - LAME_DELAY_SAMPLES - samples;
  }

  /**
   * Writes the head of frames that LAME wrote for `samples` per channel.
   *
   * @returns the MP3's bytes.
   */
  finishEncoded(id3: Buffer, samples: number, vbrScale: number | undefined): Promise<number> {
    // If they don't fit, frames were lost or written twice.
    if (!this.fits(samples)) {
      throw new Error(`${this.#xing.frames} frames don't fit ${samples} samples`);
    }
    const paddingSamples = this.#countPadding(samples);
    return this.finish(id3, { delaySamples: LAME_DELAY_SAMPLES, paddingSamples }, vbrScale);
  }

  /** Writes the head of frames from any encoder. @returns the MP3's size in bytes */
  async finish(
    id3: Buffer,
    gapless: GaplessData | undefined,
    vbrScale: number | undefined,
  ): Promise<number> {
    await this.flush();
    const head = Buffer.concat([id3, this.#xing.build({ gapless, vbrScale })]);
    await this.#sink.finish(head);
    return head.length + this.#xing.audioBytes;
  }
}
