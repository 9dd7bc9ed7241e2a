import type { AudioStream, Probe } from "../ffmpeg/probe.ts";
import type { GaplessData } from "../mp3/gapless.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { SourceReader } from "../types.ts";
import type { Container, ContainerTags, CopiedTrack, MissingEnd, Times } from "./container.ts";
import { readEndTags } from "./end-tags.ts";
import { endAt } from "./spliced-source.ts";

/** What the engine has found at a file's start and end. */
export interface HeaderFacts {
  missingEnd?: MissingEnd | undefined;
  protection?: string | undefined;
  /** The media that ffmpeg reads instead of the file. */
  media?: SourceReader | undefined;
  /** When the audio begins on its own clock, if ffmpeg doesn't see that. */
  startSeconds?: number;
  /** How many recordings in the file are left out. */
  readErrors?: number;
  /** Where the tags at the file's end begin. ffmpeg doesn't get them. */
  endTagsByte?: number;
}

/** A file that ffmpeg reads as it is, with the times that ffmpeg reports. */
export class PlainFile implements Container {
  readonly media: SourceReader;
  readonly packets: Container["packets"] = undefined;
  readonly links: Container["links"] = undefined;
  readonly plan: Container["plan"];
  readonly trackCount = undefined;
  readonly protection: string | undefined;
  readonly missingEnd: MissingEnd | undefined;
  readonly note = undefined;
  readonly #startSeconds: number;
  readonly #readErrors: number;
  readonly #reader: RangeReader;
  readonly #hasEndTags: boolean;

  constructor(
    reader: RangeReader,
    {
      missingEnd,
      protection,
      endTagsByte = reader.sizeBytes,
      media = endAt(reader, endTagsByte) ?? reader,
      startSeconds = 0,
      readErrors = 0,
    }: HeaderFacts = {},
  ) {
    this.media = media;
    this.#reader = reader;
    this.#hasEndTags = endTagsByte < reader.sizeBytes;
    this.#readErrors = readErrors;
    this.#startSeconds = startSeconds;
    this.plan = { kind: "sequential", bytes: reader.sizeBytes };
    this.missingEnd = missingEnd;
    this.protection = protection;
  }

  get readErrors(): number {
    return this.#readErrors;
  }

  describeTimes(probe: Probe, stream: AudioStream): Times {
    return {
      delaySeconds: 0,
      primingSeconds: 0,
      trackSeconds: undefined,
      ...findLength(probe, stream, this.#startSeconds, this.plan.bytes),
    };
  }

  findMissing(): MissingEnd | undefined {
    return undefined;
  }

  async readGapless(_copied: CopiedTrack, _signal: AbortSignal): Promise<GaplessData | undefined> {
    return undefined;
  }

  async readTags(_probe: Probe, signal: AbortSignal): Promise<ContainerTags> {
    return this.#hasEndTags ? readEndTags(this.#reader, signal) : {};
  }
}

/** Containers, by ffmpeg's names, whose packets have timestamps. The others count samples. */
const TIMED = /\b(matroska|ogg|mpegts|mpeg|flv|asf|avi|nut|wtv|rm)\b/;

/**
 * Containers, by ffmpeg's names, whose length ffmpeg counts from time 0. A recording of a broadcast
 * may begin hours later on its clock.
 */
const COUNTS_FROM_ZERO = /\b(matroska|asf|nut)\b/;
/** Codecs in Ogg for which ffmpeg does the same. */
const OGG_FROM_ZERO = /^(opus|flac)$/;

/** Converts a length that is counted from 0 to one that is counted from the recording's start. */
export function countFromStart(
  seconds: number | undefined,
  { container }: Probe,
  { codec }: AudioStream,
  beginsAtSeconds: number,
): number | undefined {
  const isFromZero =
    COUNTS_FROM_ZERO.test(container) || (container === "ogg" && OGG_FROM_ZERO.test(codec));
  // Some writers count from the recording's start.
  if (!isFromZero || seconds === undefined || beginsAtSeconds >= seconds) return seconds;
  return seconds - Math.max(0, beginsAtSeconds);
}

/** MPEG streams, by ffmpeg's names. Their clock may jump, and restarts after 26.5 hours. */
const CLOCK_MAY_JUMP = /^mpeg(ts)?$/;

/** The least average bitrate, as a share of the bitrate at the start. */
const QUIETEST_SHARE = 0.25;

/** Returns whether a file has too few bytes for the time between its first and last timestamps. */
function isTooLongForBytes(seconds: number, { bitrateKbps }: AudioStream, bytes: number): boolean {
  if (bitrateKbps === undefined) return false;
  return seconds > (bytes * 8) / (bitrateKbps * 1000 * QUIETEST_SHARE);
}

function findLength(probe: Probe, stream: AudioStream, startSeconds: number, bytes: number) {
  const beginsAtSeconds = Math.max(startSeconds, probe.beginsAtSeconds);
  const count = (seconds: number | undefined) =>
    countFromStart(seconds, probe, stream, beginsAtSeconds);
  const isLengthSpan = TIMED.test(probe.container);
  // Matroska's tag says when the track ends, counted from the video's start. Audio that begins late
  // is shorter.
  if (stream.durationSeconds !== undefined) {
    return {
      lengthSeconds: count(stream.durationSeconds),
      isLengthSure: true,
      isLengthOfTrack: !probe.hasVideo,
      isLengthSpan,
    };
  }
  const { durationSeconds = 0 } = probe;
  if (CLOCK_MAY_JUMP.test(probe.container) && isTooLongForBytes(durationSeconds, stream, bytes)) {
    const unknown = { isLengthSure: false, isLengthOfTrack: false, isLengthSpan };
    return { lengthSeconds: undefined, ...unknown };
  }
  const isLengthSure = !probe.isDurationEstimated;
  return {
    lengthSeconds: count(probe.durationSeconds),
    isLengthSure,
    isLengthOfTrack: isLengthSure && !probe.hasVideo,
    isLengthSpan,
  };
}
