import type { Readable } from "node:stream";

/**
 * Makes ffmpeg print a line for every 65,536 samples, which shows how far the decoder is. The last line
 * is exact to the sample. Only one byte of each sample is kept, because collecting whole samples would
 * take three times as long.
 */
export const METER_FILTER = "pan=mono|c0=c0,aformat=sample_fmts=u8,asetnsamples=n=65536:p=0";
export const METER_FORMAT = {
  "c:a": "pcm_u8",
  f: "framecrc",
  // A second stream has a line for each gap. The first stream's lines mustn't wait for it.
  max_interleave_delta: 1,
} as const;

/** The number that framecrc gives the stream of gaps. */
const GAPS_STREAM = 1;

/** ffmpeg rebuilt its filters in the middle, and lost the audio in them and their counts. */
export class FormatChanged extends Error {
  override name = "FormatChanged";
}

/** Reads ffmpeg's framecrc output, which has a line for each packet with its timestamps and length. */
export class Meter {
  #samples = 0;
  #hasChanged = false;
  #gapTicks = 0;
  #gapTimescale = 1;
  readonly #ended: Promise<void>;

  constructor(lines: Readable) {
    this.#ended = this.#read(lines);
    this.#ended.catch(() => undefined);
  }

  async #read(lines: Readable): Promise<void> {
    let rest = "";
    for await (const text of lines.setEncoding("latin1")) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        const timescale = /^#tb 1: 1\/(\d+)/.exec(line)?.[1];
        if (timescale) this.#gapTimescale = Number(timescale);
        if (line.startsWith("#")) continue;
        const [stream, dts = 0, , samples] = line.split(",").map(Number);
        if (stream === GAPS_STREAM) {
          this.#gapTicks = dts;
          continue;
        }
        // New filters count from 0 again, so that a packet doesn't begin where the one before it ended.
        if (dts !== this.#samples) this.#hasChanged = true;
        this.#samples += samples ?? 0;
      }
    }
  }

  /** @throws FormatChanged once it has noticed that the filters were rebuilt */
  throwIfChanged(): void {
    if (this.#hasChanged) throw new FormatChanged("the filters were rebuilt");
  }

  /**
   * Waits for the end, and returns the number of samples per channel and the length of all gaps.
   *
   * @throws FormatChanged
   */
  async read(): Promise<{ samples: number; gapSeconds: number }> {
    await this.#ended;
    this.throwIfChanged();
    return { samples: this.#samples, gapSeconds: this.#gapTicks / this.#gapTimescale };
  }
}
