import type { Readable } from "node:stream";

/**
 * One line for each 65,536 samples says how far the decoder is, to the sample at the end. Of the
 * samples only one byte is kept: to collect whole ones would take three times the time.
 */
export const METER_FILTER = "pan=mono|c0=c0,aformat=sample_fmts=u8,asetnsamples=n=65536:p=0";
export const METER_FORMAT = {
  "c:a": "pcm_u8",
  f: "framecrc",
  // A second stream has a line for each gap. No line of the first one waits for it.
  max_interleave_delta: 1,
} as const;

/** As framecrc numbers what is mapped. */
const GAPS_STREAM = 1;

/** ffmpeg has rebuilt its filters in the middle, and lost what they held and counted. */
export class FormatChanged extends Error {
  override name = "FormatChanged";
}

/** Reads ffmpeg's framecrc output: a line for each packet, with its times and its length. */
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

  /** Throws {@link FormatChanged} once it is known that the filters were rebuilt. */
  throwIfChanged(): void {
    if (this.#hasChanged) throw new FormatChanged("the filters were rebuilt");
  }

  /** How many samples a channel there are, at the end, and how long the gaps. Throws {@link FormatChanged}. */
  async read(): Promise<{ samples: number; gapSeconds: number }> {
    await this.#ended;
    this.throwIfChanged();
    return { samples: this.#samples, gapSeconds: this.#gapTicks / this.#gapTimescale };
  }
}
