import type { AudioStream, Probe } from "../../ffmpeg/probe.ts";
import { countDecodedAsLame, type GaplessData } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { CopiedTrack, MissingEnd, Times } from "../container.ts";
import { PlainFile } from "../plain-file.ts";
import { type MatroskaTrack, readDiscardSeconds } from "./track.ts";

/** Matroska and WebM: ffmpeg reads the file, and the engine cuts off the encoder's priming. */
export class MatroskaFile extends PlainFile {
  readonly #reader: RangeReader;
  readonly #track: MatroskaTrack;

  constructor(reader: RangeReader, missingEnd: MissingEnd | undefined, track: MatroskaTrack) {
    super(reader, { missingEnd });
    this.#reader = reader;
    this.#track = track;
  }

  override describeTimes(probe: Probe, stream: AudioStream): Times {
    // ffmpeg 5.1 subtracts the delay from the times and leaves it in the audio. A video whose
    // pictures begin first isn't moved, and where its audio begins isn't known here.
    const primingSeconds = probe.beginsAtSeconds < 0 ? this.#track.delaySeconds : 0;
    const times = super.describeTimes(probe, stream);
    const { lengthSeconds } = times;
    // Its length counts from 0, wherever the audio begins.
    const beforeSeconds = probe.hasVideo ? 0 : Math.max(0, probe.beginsAtSeconds);
    return {
      ...times,
      lengthSeconds: lengthSeconds && Math.max(0, lengthSeconds - beforeSeconds),
      primingSeconds,
    };
  }

  override async readGapless(
    copied: CopiedTrack,
    signal: AbortSignal,
  ): Promise<GaplessData | undefined> {
    const { delaySeconds } = this.#track;
    if (delaySeconds <= 0) return super.readGapless(copied, signal);
    const discardSeconds = await readDiscardSeconds(this.#reader, this.#track, signal);
    return countDecodedAsLame(
      Math.round(delaySeconds * copied.sampleRate),
      Math.round(discardSeconds * copied.sampleRate),
    );
  }
}
