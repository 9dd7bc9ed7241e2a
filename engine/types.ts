import type {
  ConversionOptions,
  FailureCode,
  Incomplete,
  NoteCode,
  Progress,
} from "../contract/conversion.ts";
import type { FileKind } from "../contract/file-kind.ts";

/** Reads the video by byte ranges, in any order. */
export interface SourceReader {
  readonly sizeBytes: number;
  /**
   * Yields the bytes from `startByte` to before `endByte`, in order. A chunk may be overwritten when
   * the next one is requested.
   *
   * @throws Error if the transport fails. The engine retries that range before it gives up.
   */
  read(startByte: number, endByte: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Takes the MP3: first the audio frames in order, and at the end the head, which goes before them. */
export interface Mp3Sink {
  /** Appends audio frames. Resolves when the sink can take more. */
  write(frames: Uint8Array): Promise<void>;
  /** Puts `head` (the ID3v2 tag and the Xing/LAME frame) before all frames and completes the MP3. */
  finish(head: Uint8Array): Promise<void>;
  /** Deletes everything. The next write starts another MP3. */
  abort(): Promise<void>;
}

export interface EngineOptions extends ConversionOptions {
  /** The title for a source without one, usually the file's name without its ending. */
  fallbackTitle: string;
  /** The ending of the file's name, without the dot. It counts only if the bytes don't show the format. */
  fileEnding?: string | undefined;
  /** A picture for the MP3, instead of the video's. */
  cover?: Uint8Array | undefined;
  /** The `ffmpeg` executable. */
  ffmpegPath: string;
  /** The time for the whole conversion. If it isn't enough, the outcome is `too-long`. */
  remainingSeconds: number;
  /** How many encoders run at a time. By default, as many as keep every core busy. */
  workers?: number;
  /** The length of a segment of parallel encoding. The result doesn't depend on it. */
  segmentSeconds?: number;
}

export interface EngineHooks {
  onProgress?: (progress: Progress) => void;
  signal: AbortSignal;
}

/** How a conversion ended. An exception means that a later try may succeed (`failure.ts`). */
export type Outcome =
  | {
      kind: "converted";
      sizeBytes: number;
      durationSeconds: number;
      title: string;
      /** What the recording lacks, if anything. The engine itself leaves nothing out. */
      incomplete?: Incomplete;
      notes?: readonly EngineNote[];
      /** Where chapters begin in the source, in order. */
      chapters?: readonly { startSeconds: number; title: string }[];
      figures: Figures;
    }
  | {
      kind: "failed";
      code: FailureCode;
      /** What was found, for the log. Never contains file names or tags. */
      detail: string;
      /** What the file is instead of a recording, if its first bytes show that. */
      fileKind?: FileKind;
      /** An error that no file should cause, so it is a bug in the engine. */
      cause?: Error;
    };

/** Something that the engine did differently from players. */
export interface EngineNote {
  code: NoteCode;
  /** More about it, for the log. */
  detail: string;
}

/** Measurements of the conversion, for logs and metrics. */
interface Figures {
  bytesRead: number;
  requests: number;
  wallSeconds: number;
  /** The time from the start to the first MP3 frames, and to the last. */
  firstFrameSeconds: number;
  lastFrameSeconds: number;
  /** How long the decoder waited for the source between these two, since it was last ahead of the encoders. */
  sourceWaitSeconds: number;
  /** The reader's plan, e.g. "sequential", "audio-ranges", "stream-copy". */
  plan: string;
  /** How many errors there were in reading and decoding. 0 for an undamaged source. */
  readErrors: number;
  /** The gain for a recording louder than full scale; 0 or less. */
  peakGainDb: number;
  /** How much shorter the audio is than its container says. */
  missingSeconds: number;
}

export type ConvertMedia = (
  source: SourceReader,
  sink: Mp3Sink,
  options: EngineOptions,
  hooks: EngineHooks,
) => Promise<Outcome>;
