import type { MediaInput } from "../ffmpeg/demuxers.ts";
import type { Preset } from "./presets.ts";

/** The audio that a process reads. */
export interface AudioInput extends MediaInput {
  streamIndex: number;
  /** The addresses of files that are decoded in turn, instead of `url`. */
  links?: readonly string[] | undefined;
  /** The track of the right channel, if it is a separate track. */
  rightIndex?: number | undefined;
  /** Whether the decoder's rate, channels or sample format change in the middle. */
  formatChanges?: boolean;
  /** Whether its packets have timestamps that haven't been checked yet. */
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
  /** The decoder's rate, in Hz, or the rate to which a changing one is resampled. */
  sourceRate: number;
  /** The length of the whole track. Anything that the decoder returns beyond it is padding. */
  trackSeconds: number | undefined;
  startSeconds: number;
  endSeconds: number | undefined;
  /** Whether the first packet has audio and no priming, as in PCM. */
  startsWithAudio?: boolean;
  /** The part to encode, in seconds of decoded audio. Gaps in the timestamps don't count. */
  heard?: { startSeconds: number; endSeconds: number };
  /** The gain before encoding. */
  gainDb: number;
  /**
   * The gain before samples are clamped to −1 and 1, which also replaces values that aren't numbers.
   * Undefined if they needn't be clamped.
   */
  clampedAtDb: number | undefined;
  /** How many encoders run at a time. */
  workers: number;
  segmentSeconds: number;
}
