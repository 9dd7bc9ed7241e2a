import type { AudioStream, Probe } from "../../ffmpeg/probe.ts";
import type { GaplessData } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { CopiedTrack, MissingEnd, Times } from "../container.ts";
import { PlainFile } from "../plain-file.ts";
import type { AudioTrack } from "./audio-track.ts";
import { findCopiedGapless } from "./copied-gapless.ts";

/**
 * Leaves an MP4 to ffmpeg. The result is checked against the length in the index, if it can be
 * read.
 */
export class UnindexedMovie extends PlainFile {
  readonly #track: AudioTrack | undefined;

  constructor(
    reader: RangeReader,
    track: AudioTrack | undefined,
    missingEnd: MissingEnd | undefined,
  ) {
    super(reader, { missingEnd });
    this.#track = track;
  }

  override describeTimes(probe: Probe, stream: AudioStream): Times {
    const times = super.describeTimes(probe, stream);
    if (this.#track?.durationSeconds === undefined) return times;
    return {
      ...times,
      lengthSeconds: this.#track.durationSeconds,
      // ffmpeg may find more in fragments, but not less.
      isLengthSure: false,
      isLengthOfTrack: this.#track.isExact,
    };
  }

  override async readGapless(copied: CopiedTrack): Promise<GaplessData | undefined> {
    return this.#track && findCopiedGapless(this.#track, copied);
  }
}
