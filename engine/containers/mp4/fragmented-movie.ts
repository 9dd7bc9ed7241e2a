import type { GaplessData } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import {
  type Container,
  type ContainerTags,
  type CopiedTrack,
  type MissingEnd,
  type Times,
  TOLERANCE_SECONDS,
} from "../container.ts";
import { findCopiedGapless } from "./copied-gapless.ts";
import { FragmentedSource } from "./fragmented-source.ts";
import type { Movie } from "./movie.ts";

/** Shorter gaps are no loss: recorders state too short a length for a fragment's last sample. */
const LEAST_GAP_SECONDS = 0.1;

/** Reads an MP4 in fragments, each with its own tables. Its length is known only at the end. */
export class FragmentedMovie implements Container {
  readonly media: FragmentedSource;
  readonly packets = undefined;
  readonly plan: Container["plan"];
  readonly trackCount: number;
  readonly protection = undefined;
  readonly missingEnd: MissingEnd | undefined;
  readonly note = undefined;
  readonly #movie: Extract<Movie, { kind: "fragmented" }>;

  constructor(
    reader: RangeReader,
    movie: Extract<Movie, { kind: "fragmented" }>,
    missingEnd: MissingEnd | undefined,
  ) {
    this.missingEnd = missingEnd;
    this.#movie = movie;
    this.trackCount = movie.trackCount;
    this.media = new FragmentedSource(reader, movie.header, movie.defaults, movie.endByte);
    this.plan = { kind: "fragments", bytes: reader.sizeBytes };
  }

  /** Ignores the length that ffmpeg reports, which only covers the fragments it has seen. */
  describeTimes(): Times {
    const { track, statedSeconds } = this.#movie;
    return {
      delaySeconds: track.delaySeconds,
      primingSeconds: track.isCutHere ? track.primingSeconds : 0,
      trackSeconds: undefined,
      lengthSeconds: statedSeconds,
      isLengthSure: false,
      isLengthOfTrack: false,
      isLengthSpan: false,
    };
  }

  get gapSeconds(): number {
    const { timescale } = this.#movie.track;
    const gaps = this.media.found.gapTicks.filter((ticks) => ticks > LEAST_GAP_SECONDS * timescale);
    return gaps.reduce((sum, ticks) => sum + ticks, 0) / timescale;
  }

  get readErrors(): number {
    return this.media.found.skips;
  }

  findMissing(endSeconds: number): MissingEnd | undefined {
    const { missingEnd, missingTicks, times } = this.media.found;
    const { timescale, primingSeconds } = this.#movie.track;
    if (missingEnd && missingTicks !== undefined) {
      const statedSeconds = endSeconds + missingTicks / timescale;
      return { detail: missingEnd, isInterrupted: true, statedSeconds };
    }
    if (missingEnd) return { detail: missingEnd, isInterrupted: true };
    const missingSeconds = times.estimateTicks() / timescale - primingSeconds - endSeconds;
    if (missingSeconds <= TOLERANCE_SECONDS) return undefined;
    return {
      detail: `${missingSeconds.toFixed(3)} s of the audio are missing`,
      isInterrupted: false,
    };
  }

  async readGapless(copied: CopiedTrack): Promise<GaplessData | undefined> {
    return findCopiedGapless(this.#movie.track, copied);
  }

  async readTags(): Promise<ContainerTags> {
    return {};
  }
}
