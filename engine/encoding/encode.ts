import { availableParallelism } from "node:os";
import { Failure } from "../failure.ts";
import { checkEnds, isMostlyUndecoded } from "../ffmpeg/check-exits.ts";
import { countEncoderThreads } from "../ffmpeg/encoder-threads.ts";
import type { LoopbackServer } from "../ffmpeg/loopback-server.ts";
import type { AudioStream } from "../ffmpeg/probe.ts";
import type { ProcessEnd } from "../ffmpeg/process.ts";
import type { Mp3Writer } from "../mp3/writer.ts";
import type { EngineOptions } from "../types.ts";
import { estimateSeconds, learnSpeed } from "./deadline.ts";
import { chooseDownMix } from "./down-mix.ts";
import { keepsFloats, measureHeadroom } from "./float-peak.ts";
import { chooseGain, measureLoudness } from "./loudness.ts";
import { FormatChanged } from "./meter.ts";
import { PRESETS, type Preset } from "./presets.ts";
import { countFrameSamples } from "./segment-plan.ts";
import { measureSilence, NO_SILENCE, type Silence } from "./silence.ts";
import { transcode } from "./transcode.ts";
import { transcodeChecked } from "./transcode-checked.ts";
import type { AudioInput, TranscodeJob } from "./transcode-job.ts";

/**
 * How many frames a segment has: 45 s at 48 kHz. Longer segments need more memory, and shorter ones more
 * CPU for their overlap. docs/engine.md has figures.
 */
const SEGMENT_FRAMES = 1875;

/**
 * No recorder or voice codec goes below 4,000 Hz. MP3 starts at 8,000 Hz, so a header that says 7 Hz
 * would turn 50 KB into an hour of nothing.
 */
const LOWEST_SAMPLE_RATE = 1000;

/** The part of a track that is encoded, in seconds. */
export interface EncodedSpan {
  /** The start on the track's own time line. */
  startSeconds: number;
  endSeconds: number | undefined;
  /** The decoded audio before the start of the time line, which is cut off. */
  primingSeconds: number;
  /** The whole track's length, to the sample, if its index gives it. */
  trackSeconds: number | undefined;
  /** The length that the result should have. */
  seconds: number | undefined;
}

/** The audio to encode. */
interface AudioToEncode {
  server: LoopbackServer;
  /** Which of the server's media it is in. */
  input: AudioInput;
  stream: AudioStream;
  selection: EncodedSpan;
  /** The MP3's sample rate, in Hz. */
  sampleRate: number;
  bytesToRead: number;
  /** Whether the decoder's rate, channels or sample format are known to change in the middle. */
  formatChanges?: boolean;
}

export interface EncodedAudio {
  /** The number of samples per channel. */
  samples: number;
  sampleRate: number;
  /** The gain that keeps its peaks under full scale; 0 or less. */
  peakGainDb: number;
  /** The silence that was dropped at both ends of the selection. */
  silence: Silence;
  /** The length of the gaps in its timestamps, as far as the decoder noticed them. */
  gapSeconds: number;
  ends: readonly ProcessEnd[];
}

/**
 * Encodes the selection, on every core if the preset allows it.
 *
 * @throws Failure if the audio is unsuitable or the remaining time is too short
 */
export async function encodeSelection(
  audio: AudioToEncode,
  writer: Mp3Writer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<EncodedAudio> {
  if (audio.stream.sampleRate < LOWEST_SAMPLE_RATE) {
    throw new Failure("damaged", `${audio.stream.sampleRate} samples a second`);
  }
  const since = performance.now();
  try {
    return await encode(
      { ...audio, formatChanges: audio.input.links !== undefined },
      writer,
      options,
      signal,
    );
  } catch (error) {
    if (!(error instanceof FormatChanged)) throw error;
    await writer.restart();
    const seconds = (performance.now() - since) / 1000;
    const left = { ...options, remainingSeconds: options.remainingSeconds - seconds };
    return await encode({ ...audio, formatChanges: true }, writer, left, signal);
  }
}

async function encode(
  audio: AudioToEncode,
  writer: Mp3Writer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<EncodedAudio> {
  const { server, stream, selection, bytesToRead } = audio;
  const since = performance.now();
  const threads = await countEncoderThreads(options.ffmpegPath);
  const job = planJob(audio, options, threads);
  const { sampleRate } = job;
  if (keepsFloats(stream)) {
    const { ends, headroom } = await measureHeadroom(job, signal);
    checkEnds(ends, server, stream.codec, signal);
    Object.assign(job, headroom);
  }
  const peakGainDb = job.clampedAtDb ?? job.gainDb;
  const silence = options.trimSilence ? await dropSilence(job, audio, signal) : NO_SILENCE;
  if (options.loudness !== undefined) {
    const { ends, loudness } = await measureLoudness(job, signal);
    checkEnds(ends, server, stream.codec, signal);
    job.gainDb += loudness ? chooseGain(loudness, options.loudness) : 0;
  }
  const { ends, samples, gapSeconds } = await transcodeChecked(transcode, job, writer, signal);
  checkEnds(ends, server, stream.codec, signal);
  if (samples === 0) {
    if (isMostlyUndecoded(ends)) throw new Failure("truncated", "no packet can be decoded");
    throw selection.startSeconds > 0
      ? new Failure("empty-selection", "no sample is left")
      : new Failure("no-audio-track", "the track has no sample");
  }
  // The meter can't notice a change before its first line.
  if (!audio.formatChanges && !writer.fits(samples)) throw new FormatChanged("samples are lost");
  const seconds = (performance.now() - since) / 1000;
  learnSpeed(samples / sampleRate, job.workers * threads, bytesToRead, seconds);
  return { samples, sampleRate, peakGainDb, silence, gapSeconds, ends };
}

/** Drops silence at both ends of the selection. */
async function dropSilence(
  job: TranscodeJob,
  { server, stream }: AudioToEncode,
  signal: AbortSignal,
): Promise<Silence> {
  const { ends, silence, seconds } = await measureSilence(job, signal);
  checkEnds(ends, server, stream.codec, signal);
  job.heard = { startSeconds: silence.startSeconds, endSeconds: seconds - silence.endSeconds };
  return silence;
}

/**
 * The lowest sample rate of an MP3 whose track changes its rate, in Hz. It is enough for any later rate,
 * because LAME keeps nothing above 20 kHz.
 */
const LOWEST_UNIFORM_RATE = 44100;

/**
 * Plans the encoders. Each keeps `threads` threads busy.
 *
 * @throws Failure `too-long` if the remaining time isn't enough
 */
function planJob(audio: AudioToEncode, options: EngineOptions, threads: number): TranscodeJob {
  const { input, stream, selection, formatChanges } = audio;
  const preset = PRESETS[options.quality];
  const mix = chooseDownMix(stream.layout);
  const workers = countWorkers(preset, options, selection.seconds, threads);
  const uniformRate = audio.sampleRate < LOWEST_UNIFORM_RATE ? 48000 : audio.sampleRate;
  const sampleRate = formatChanges ? uniformRate : audio.sampleRate;
  const segmentSeconds =
    options.segmentSeconds ?? chooseSegmentSeconds(selection.seconds, workers, sampleRate);
  const cores = workers * threads;
  const estimate = estimateSeconds(selection.seconds ?? 0, cores, audio.bytesToRead);
  if (estimate > options.remainingSeconds) {
    throw new Failure("too-long", `needs about ${Math.ceil(estimate)} s`);
  }
  return {
    ffmpegPath: options.ffmpegPath,
    input: { ...input, formatChanges: formatChanges ?? false },
    preset,
    sampleRate,
    sourceRate: formatChanges ? uniformRate : stream.sampleRate,
    channels: preset.channels ?? (formatChanges ? 2 : mix.channels),
    mixFilter: mix.filter,
    startsWithAudio: stream.codec.startsWith("pcm_"),
    ...toDecodedTimes(selection),
    gainDb: 0,
    clampedAtDb: undefined,
    workers,
    segmentSeconds,
  };
}

/** Converts a selection to the decoder's time line, which starts with the priming. */
function toDecodedTimes({ primingSeconds, ...selection }: EncodedSpan) {
  const shift = (seconds: number | undefined) =>
    seconds === undefined ? undefined : seconds + primingSeconds;
  return {
    trackSeconds: shift(selection.trackSeconds),
    startSeconds: selection.startSeconds + primingSeconds,
    endSeconds: shift(selection.endSeconds),
  };
}

/** Below this, one encoder is enough: with two, half of the work would be overlap. */
const shortestParallelSeconds = ({ hasReservoir }: Preset) => (hasReservoir ? 40 : 20);

function countWorkers(
  preset: Preset,
  options: EngineOptions,
  seconds: number | undefined,
  threads: number,
): number {
  if ((seconds ?? Infinity) < shortestParallelSeconds(preset)) return 1;
  return options.workers ?? Math.ceil(availableParallelism() / threads);
}

/** Chooses shorter segments for a short recording, so that every encoder has work from the start. */
function chooseSegmentSeconds(
  seconds: number | undefined,
  workers: number,
  sampleRate: number,
): number {
  const longest = (SEGMENT_FRAMES * countFrameSamples(sampleRate)) / sampleRate;
  return Math.min(longest, Math.max(10, (seconds ?? Infinity) / workers));
}
