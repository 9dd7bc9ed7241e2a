import { skipToRecording } from "./containers/recording-start.ts";
import { convertTrack } from "./convert-track.ts";
import { Failure, OutsideFault, toFailure, UnusableTrack } from "./failure.ts";
import { Stopwatch } from "./ffmpeg/stopwatch.ts";
import { RangeReader } from "./reading/range-reader.ts";
import type { ConvertMedia, EngineHooks, EngineOptions, Mp3Sink, Outcome } from "./types.ts";

/**
 * Converts the audio of a video to MP3. Resolves with a named outcome. Throws only if a later try may
 * succeed: the source can't be read, the sink refuses, ffmpeg is missing or was killed, or the signal
 * was aborted. `failure.ts` decides that. The sink is aborted unless the outcome is `converted`.
 */
export const convertMedia: ConvertMedia = async (source, sink, options, hooks) => {
  const outcome = await convertSource(source, sink, options, hooks);
  if (outcome.kind === "converted" || outcome.code !== "not-media" || outcome.fileKind) {
    return outcome;
  }
  const rest = await skipToRecording(source, hooks.signal);
  return rest ? await convertSource(rest, sink, options, hooks) : outcome;
};

const convertSource: ConvertMedia = async (source, sink, options, hooks) => {
  const stopwatch = new Stopwatch();
  const stop = new AbortController();
  const signal = AbortSignal.any([hooks.signal, stop.signal]);
  const reader = new RangeReader(source, signal);
  let outcome: Outcome | undefined;
  try {
    signal.throwIfAborted();
    const { figures, ...result } = await convert(
      reader,
      guardSink(sink),
      options,
      { ...hooks, signal },
      stopwatch,
    );
    outcome = {
      kind: "converted",
      ...result,
      figures: { ...reader.counter, ...stopwatch.readSeconds(), ...figures },
    };
  } catch (error) {
    hooks.signal.throwIfAborted();
    // If the source couldn't be read, the errors that followed say nothing about the file.
    outcome = { kind: "failed", ...toFailure(reader.failure ?? error) };
  } finally {
    stop.abort();
    if (outcome?.kind !== "converted") await sink.abort();
  }
  return outcome;
};

/** Every try costs a probe and a start of the decoder. */
const MOST_TRIED_TRACKS = 8;

/** Marks the sink's errors as faults outside the file. */
const guardSink = (sink: Mp3Sink): Mp3Sink => {
  const mark = (error: unknown) => {
    throw new OutsideFault("the MP3 can't be written", { cause: error });
  };
  return {
    write: (frames) => sink.write(frames).catch(mark),
    finish: (head) => sink.finish(head).catch(mark),
    abort: () => sink.abort().catch(mark),
  };
};

/**
 * Converts the track that the options name. By default that is the track that players play or, if
 * it can't be converted, the first of the others that can.
 */
async function convert(
  reader: RangeReader,
  sink: Mp3Sink,
  options: EngineOptions,
  hooks: EngineHooks,
  stopwatch: Stopwatch,
) {
  const { audioTrack, rightTrack } = options;
  if (audioTrack !== undefined) {
    const choice = { number: audioTrack, rightNumber: rightTrack };
    return await convertTrack(reader, sink, choice, options, hooks, stopwatch).catch(nameEmpty);
  }
  let unusable: UnusableTrack | undefined;
  for (let place = 0; ; place++) {
    try {
      const result = await convertTrack(reader, sink, { place }, options, hooks, stopwatch);
      if (!unusable) return result;
      const note = { code: "another-track", detail: unusable.message } as const;
      return { ...result, notes: [note, ...result.notes] };
    } catch (error) {
      if (!(error instanceof UnusableTrack)) throw error;
      unusable ??= error;
      if (place + 1 >= Math.min(error.trackCount, MOST_TRIED_TRACKS)) throw unusable;
    }
  }
}

/** A chosen track that is empty says nothing about the file's other tracks. */
function nameEmpty(error: unknown): never {
  const isEmpty = error instanceof UnusableTrack && error.code === "no-audio-track";
  if (isEmpty && error.trackCount > 1) throw new Failure("no-such-track", error.message);
  throw error;
}
