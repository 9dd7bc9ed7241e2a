import type { StreamSource } from "../ffmpeg/loopback-server.ts";
import type { AudioStream, Chapter, Probe } from "../ffmpeg/probe.ts";
import type { GaplessData } from "../mp3/gapless.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { EngineNote, SourceReader } from "../types.ts";
import type { TrackChoice } from "./track-choice.ts";

/**
 * A source's container as the engine reads it. `open-container.ts` chooses the implementation: an
 * MP4 with an index, an MP4 in fragments, Matroska, or a file that ffmpeg reads as it is.
 */
export interface Container {
  /** What ffmpeg reads: the file itself, or an MP4 with only the audio track. */
  readonly media: SourceReader | StreamSource;
  /** The same audio for the decoder, if that is easier to read than `media`. */
  readonly packets: Packets | undefined;
  /** Byte ranges of `media` that are separate files, which are decoded in order. */
  readonly links?: readonly (readonly [startByte: number, endByte: number])[] | undefined;
  /** How `media` is read, for the figures, and roughly how many bytes of the file that takes. */
  readonly plan: { kind: "audio-ranges" | "sequential" | "fragments"; bytes: number };
  /** How many audio tracks `openContainer` chooses from; undefined if ffmpeg lists them. */
  readonly trackCount: number | undefined;
  /**
   * The copy protection that the file may have, for the log. If the audio can't be decoded, the file is
   * encrypted.
   */
  readonly protection: string | undefined;
  /** The missing end, if it is known before the file is read. */
  readonly missingEnd: MissingEnd | undefined;
  /** What the engine reads differently from players. */
  readonly note: EngineNote | undefined;
  /** Returns the audio's place on the video's time line. */
  describeTimes(probe: Probe, stream: AudioStream): Times;
  /**
   * Finds whether the end is missing, once `media` has been read.
   *
   * @param endSeconds where the MP3 ends on the track's time line
   */
  findMissing(endSeconds: number): MissingEnd | undefined;
  /** How many damaged places were skipped before ffmpeg, once `media` has been read. */
  readonly readErrors?: number;
  /** Gaps between the packets, in seconds, once `media` has been read; undefined if unknown. */
  readonly gapSeconds?: number;
  /** Reads how many samples a player drops at the start and end of a copied MP3 track. */
  readGapless(copied: CopiedTrack, signal: AbortSignal): Promise<GaplessData | undefined>;
  /** Reads the tags that ffmpeg doesn't see, in addition to those of `probe`. */
  readTags(probe: Probe, signal: AbortSignal): Promise<ContainerTags>;
}

/** Opens a source of one format for one of its audio tracks. Resolves with undefined for any other source. */
export type OpenFormat = (
  reader: RangeReader,
  choice: TrackChoice,
  signal: AbortSignal,
) => Promise<Container | undefined>;

/** Describes a file that ends before its recording does. */
export interface MissingEnd {
  /** What is missing, for the log. */
  detail: string;
  /**
   * Whether an interrupted recorder would leave such a file. The file doesn't state its length, and
   * there is no better copy.
   */
  isInterrupted: boolean;
  /** Whether an index says that this track's audio is missing, so that ffmpeg's findings don't matter. */
  isOfTrack?: boolean;
  /** The stated length of the recording, if ffmpeg doesn't use it. */
  statedSeconds?: number | undefined;
}

/** Describes the end of a recording that was interrupted. */
export const interrupted = (detail: string): MissingEnd => ({ detail, isInterrupted: true });

/** Tags that ffmpeg doesn't read. ffmpeg's own take precedence. */
export interface ContainerTags {
  /** The texts by ffmpeg's names. */
  texts?: Readonly<Record<string, string>>;
  cover?: Buffer | undefined;
  chapters?: readonly Chapter[];
}

/** The audio packets alone, and ffmpeg's name of their format. */
interface Packets {
  source: StreamSource;
  format: "aac" | "mp3";
}

/** A track's place on the video's time line, as far as its container says. */
export interface Times {
  /** Silence before the track starts. */
  delaySeconds: number;
  /** The decoded audio before the time line's start, which is cut off. */
  primingSeconds: number;
  /** The whole track's length, exact to the sample. Anything decoded beyond it is padding. */
  trackSeconds: number | undefined;
  /** How long the source is. */
  lengthSeconds: number | undefined;
  /** Whether nothing comes after `lengthSeconds`. */
  isLengthSure: boolean;
  /** Whether `lengthSeconds` is the audio's own length, so that less audio means missing audio. */
  isLengthOfTrack: boolean;
  /** Whether `lengthSeconds` is the time between two timestamps, which may include gaps. */
  isLengthSpan: boolean;
}

/** An MP3 track whose frames were copied. */
export interface CopiedTrack {
  probe: Probe;
  sampleRate: number;
  /** The number of samples per channel in all its frames. */
  samples: number;
}

/**
 * How much shorter than its track decoded audio may be, because of an encoder's last frame or rounded
 * timestamps. A broken transfer cuts off more.
 */
export const TOLERANCE_SECONDS = 0.25;
