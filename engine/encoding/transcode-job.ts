import type { MediaInput } from "../ffmpeg/demuxers.ts";
import type { Preset } from "./presets.ts";

/** The audio that a process reads. */
export interface AudioInput extends MediaInput {
  streamIndex: number;
  /** The addresses of files that are decoded one after another in place of `url`. */
  links?: readonly string[] | undefined;
  /** The track of the right channel, where that is not in the same one. */
  rightIndex?: number | undefined;
  /** Whether the decoder's rate, channels or sample format change on the way. */
  formatChanges?: boolean;
  /** Whether its packets have times that nobody has looked at yet. */
  mayHaveGaps?: boolean;
}

export interface TranscodeJob {
  ffmpegPath: string;
  input: AudioInput;
  preset: Preset;
  sampleRate: number;
  channels: 1 | 2;
  /** The filter that mixes the channels if the resampler can't. */
  mixFilter?: string | undefined;
  /** The decoder's rate, in Hz, or the one that a changing one is brought to. */
  sourceRate: number;
  /** Length of the whole track. Anything that the decoder gives after it is padding. */
  trackSeconds: number | undefined;
  startSeconds: number;
  endSeconds: number | undefined;
  /** The part that is encoded, in seconds of decoded audio; gaps in its times don't count. */
  heard?: { startSeconds: number; endSeconds: number };
  /** Change of level before encoding. */
  gainDb: number;
  /**
   * Change of level before samples are held between −1 and 1, which makes a number of what is none;
   * undefined where they need no holding.
   */
  clampedAtDb: number | undefined;
  /** Encoders at a time. */
  workers: number;
  segmentSeconds: number;
}
