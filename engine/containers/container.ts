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
  /** What ffmpeg reads: the file, or an MP4 with the one audio track instead. */
  readonly media: SourceReader | StreamSource;
  /** The same audio for only the decoder, if that is easier to read than `media`. */
  readonly packets: Packets | undefined;
  /** Byte ranges of `media` that are files of their own, decoded one after another. */
  readonly links?: readonly (readonly [startByte: number, endByte: number])[] | undefined;
  /** How `media` is read, for the figures, and about how many bytes of the file that takes. */
  readonly plan: { kind: "audio-ranges" | "sequential" | "fragments"; bytes: number };
  /** How many audio tracks `openContainer` chooses from; undefined if ffmpeg lists them. */
  readonly trackCount: number | undefined;
  /**
   * Copy protection that the file may have, in words for the log. If the audio can't be decoded, it
   * is encrypted.
   */
  readonly protection: string | undefined;
  /** What is missing from the file, if that is known before it is read. */
  readonly missingEnd: MissingEnd | undefined;
  /** What the engine reads differently from players. */
  readonly note: EngineNote | undefined;
  /** Returns the audio's place on the video's time line. */
  describeTimes(probe: Probe, stream: AudioStream): Times;
  /**
   * Returns what was missing once `media` has been read, or undefined. `endSeconds` is where the
   * MP3 ends on the track's time line.
   */
  findMissing(endSeconds: number): MissingEnd | undefined;
  /** What was skipped before ffmpeg saw it, once `media` was read; 0 or more. */
  readonly readErrors?: number;
  /** Gaps between the packets, in seconds, once `media` has been read; undefined if unknown. */
  readonly gapSeconds?: number;
  /** Reads how much a copied MP3 track has to drop at its start and end. */
  readGapless(copied: CopiedTrack, signal: AbortSignal): Promise<GaplessData | undefined>;
  /** Reads the tags that ffmpeg doesn't see, in addition to those of `probe`. */
  readTags(probe: Probe, signal: AbortSignal): Promise<ContainerTags>;
}

/** Opens a source that has this format for one of its audio tracks; undefined for any other source. */
export type OpenFormat = (
  reader: RangeReader,
  choice: TrackChoice,
  signal: AbortSignal,
) => Promise<Container | undefined>;

/** A file ends before its recording does. */
export interface MissingEnd {
  /** In words for the log. */
  detail: string;
  /**
   * Whether interrupted recorders leave such a file behind, and nothing in it says how long it
   * should be. There is no better copy then.
   */
  isInterrupted: boolean;
  /** Whether an index says that it is this track's audio: then ffmpeg has nothing to add. */
  isOfTrack?: boolean;
  /** How long the recording should be, if ffmpeg doesn't believe what the file says. */
  statedSeconds?: number | undefined;
}

/** What is cut at the end of a recording that was interrupted. */
export const interrupted = (detail: string): MissingEnd => ({ detail, isInterrupted: true });

/** Tags that ffmpeg doesn't read; its own come first. */
export interface ContainerTags {
  /** By ffmpeg's names. */
  texts?: Readonly<Record<string, string>>;
  cover?: Buffer | undefined;
  chapters?: readonly Chapter[];
}

/** Only audio packets, in a format by ffmpeg's name. */
interface Packets {
  source: StreamSource;
  format: "aac" | "mp3";
}

/** A track's place on the video's time line, as far as its container says. */
export interface Times {
  /** Silence before the track starts. */
  delaySeconds: number;
  /** Decoded audio before the time line's start, which is cut off. */
  primingSeconds: number;
  /** The whole track's length, to the sample; what is decoded beyond it is padding. */
  trackSeconds: number | undefined;
  /** How long the source is. */
  lengthSeconds: number | undefined;
  /** Whether nothing comes after that length. */
  isLengthSure: boolean;
  /** Whether it is the audio's own and not just the longest track's: less audio is missing audio. */
  isLengthOfTrack: boolean;
  /** Whether that length is a span between times, in which there may be gaps. */
  isLengthSpan: boolean;
}

/** An MP3 track whose frames were copied. */
export interface CopiedTrack {
  probe: Probe;
  sampleRate: number;
  /** Of all its frames, a channel. */
  samples: number;
}

/**
 * By how much the decoded audio may be shorter than its track: an encoder's last frame, and clocks
 * that recorders round. A broken transfer cuts off more.
 */
export const TOLERANCE_SECONDS = 0.25;
