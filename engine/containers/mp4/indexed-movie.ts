import { readChapters } from "../../../parsing/chapter-track.ts";
import type { AudioStream, Probe } from "../../ffmpeg/probe.ts";
import type { GaplessData } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { planReads } from "../../reading/read-plan.ts";
import type { EngineNote } from "../../types.ts";
import type { Container, ContainerTags, CopiedTrack, Times } from "../container.ts";
import { PlainFile } from "../plain-file.ts";
import { AdtsSource } from "./adts.ts";
import { AudioOnlySource } from "./audio-only-source.ts";
import { findCopiedGapless } from "./copied-gapless.ts";
import type { Movie } from "./movie.ts";

/** Reads an MP4 by its index. ffmpeg gets an MP4 with only the audio. */
export class IndexedMovie implements Container {
  readonly media: AudioOnlySource;
  readonly packets: Container["packets"];
  readonly plan: Container["plan"];
  readonly trackCount: number;
  readonly protection = undefined;
  readonly missingEnd = undefined;
  readonly note: EngineNote | undefined;
  readonly #reader: RangeReader;
  readonly #movie: Extract<Movie, { kind: "indexed" }>;

  constructor(reader: RangeReader, movie: Extract<Movie, { kind: "indexed" }>) {
    const { extents, header, adts } = movie;
    const plan = planReads(extents);
    const media = new AudioOnlySource(reader, header, extents, plan);
    this.#reader = reader;
    this.#movie = movie;
    this.trackCount = movie.trackCount;
    this.note = movie.note;
    this.plan = plan;
    this.media = media;
    this.packets = adts && {
      source: new AdtsSource((ended) => media.readTrack(ended), adts),
      format: "aac",
    };
  }

  describeTimes(probe: Probe, stream: AudioStream): Times {
    const { track } = this.#movie;
    const { delaySeconds, durationSeconds } = track;
    const primingSeconds = track.isCutHere ? track.primingSeconds : 0;
    if (durationSeconds === undefined) {
      const times = new PlainFile(this.#reader).describeTimes(probe, stream);
      return { ...times, delaySeconds, primingSeconds };
    }
    return {
      delaySeconds,
      primingSeconds,
      trackSeconds: track.isExact ? durationSeconds : undefined,
      lengthSeconds: durationSeconds,
      isLengthSure: track.isExact,
      isLengthOfTrack: true,
      isLengthSpan: false,
    };
  }

  get gapSeconds(): number {
    return this.#movie.track.gapSeconds;
  }

  findMissing(): undefined {
    return undefined;
  }

  async readGapless(copied: CopiedTrack): Promise<GaplessData | undefined> {
    return findCopiedGapless(this.#movie.track, copied);
  }

  /** Reads chapters from the text track, which ffmpeg doesn't get. */
  async readTags(probe: Probe, signal: AbortSignal): Promise<ContainerTags> {
    if (probe.chapters.length > 0) return {};
    const read = (startByte: number, endByte: number) =>
      this.#reader.readAll(startByte, endByte, signal);
    return { chapters: await readChapters(this.#movie.chapterSamples, read) };
  }
}
