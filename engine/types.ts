import type {
  ConversionOptions,
  FailureCode,
  Incomplete,
  NoteCode,
  Progress,
} from "../contract/conversion.ts";
import type { FileKind } from "../contract/file-kind.ts";

/** Where the video is: random access by byte ranges, nothing more. */
export interface SourceReader {
  readonly sizeBytes: number;
  /**
   * The bytes from `startByte` up to, not including, `endByte`, in order.
   * A chunk may be overwritten when the next one is asked for.
   * Throws on a transport failure, which the engine retries for that range before it gives up.
   */
  read(startByte: number, endByte: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Where the MP3 goes: the audio frames in order, then the head, which comes before them. */
export interface Mp3Sink {
  /** Appends audio frames. Resolves when the sink can take more. */
  write(frames: Uint8Array): Promise<void>;
  /** Puts `head` (ID3v2 tag and Xing/LAME frame) before all frames and makes the object whole. */
  finish(head: Uint8Array): Promise<void>;
  /** Deletes everything. What is written afterwards begins another MP3. */
  abort(): Promise<void>;
}

export interface EngineOptions extends ConversionOptions {
  /** Title for a source that has none, usually the file's name without its ending. */
  fallbackTitle: string;
  /** What the file's name ends in, without the dot: it counts only where no byte says what the file is. */
  fileEnding?: string | undefined;
  /** A picture for the MP3, instead of the video's. */
  cover?: Uint8Array | undefined;
  /** The `ffmpeg` executable. */
  ffmpegPath: string;
  /** Seconds that remain for the whole conversion; a source that can't be done in it is `too-long`. */
  remainingSeconds: number;
  /** Encoders at a time, by default as many as keep every core busy. */
  workers?: number;
  /** Length of a segment of parallel encoding; the result doesn't depend on it. */
  segmentSeconds?: number;
}

export interface EngineHooks {
  onProgress?: (progress: Progress) => void;
  signal: AbortSignal;
}

/** Named outcomes. An exception is neither: it means "try again" (`failure.ts`). */
export type Outcome =
  | {
      kind: "converted";
      sizeBytes: number;
      durationSeconds: number;
      title: string;
      /** Set where the recording lacks something, which is none of the engine's doing. */
      incomplete?: Incomplete;
      notes?: readonly EngineNote[];
      /** Where chapters begin in the source, in order. */
      chapters?: readonly { startSeconds: number; title: string }[];
      figures: Figures;
    }
  | {
      kind: "failed";
      code: FailureCode;
      /** For the log: it names what was found, never file names or tags. */
      detail: string;
      /** What the file is instead of a recording, where its first bytes show it. */
      fileKind?: FileKind;
      /** An error that no file should cause: a fault of the engine itself. */
      cause?: Error;
    };

/** What was done otherwise than players do it. */
export interface EngineNote {
  code: NoteCode;
  /** In words for the log. */
  detail: string;
}

/** What the conversion cost, for logs and metrics. */
interface Figures {
  bytesRead: number;
  requests: number;
  wallSeconds: number;
  /** From the start until the first MP3 frames came, and until the last. */
  firstFrameSeconds: number;
  lastFrameSeconds: number;
  /** Between them, how long the decoder waited for the source after it was last ahead of the encoders. */
  sourceWaitSeconds: number;
  /** The reader's plan, e.g. "sequential", "audio-ranges", "stream-copy". */
  plan: string;
  /** What couldn't be read or decoded and was left out; 0 for an undamaged source. */
  readErrors: number;
  /** By how many dB a recording louder than full scale was turned down; 0 or less. */
  peakGainDb: number;
  /** By how much the audio is shorter than the recording, as far as the container says. */
  missingSeconds: number;
}

export type ConvertMedia = (
  source: SourceReader,
  sink: Mp3Sink,
  options: EngineOptions,
  hooks: EngineHooks,
) => Promise<Outcome>;
