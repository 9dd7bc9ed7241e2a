import { availableParallelism } from "node:os";
import { AudioOnlySource } from "./audio-only-source.ts";
import { buildId3 } from "./id3.ts";
import { startLoopbackServer } from "./loopback-server.ts";
import { readMovie } from "./mp4/movie.ts";
import { chooseSampleRate, PRESETS } from "./presets.ts";
import { type AudioStream, probeMedia } from "./probe.ts";
import { RangeReader } from "./range-reader.ts";
import { planReads } from "./read-plan.ts";
import { transcode } from "./transcode.ts";
import type { ConvertMedia, Outcome } from "./types.ts";
import { LAME_DELAY_SAMPLES, XingHeader } from "./xing-header.ts";

export type {
  ConvertMedia,
  EngineHooks,
  EngineOptions,
  Mp3Sink,
  Outcome,
  SourceReader,
} from "./types.ts";

/** Longer segments cost memory, shorter ones the CPU of their overlap. docs/engine.md has the figures. */
const SEGMENT_SECONDS = 30;

/** Frames are handed to the sink in pieces of about this size. */
const WRITE_BYTES = 64 * 1024;

/**
 * Converts the audio of a video to MP3. Resolves with a named outcome; throws where a later try may
 * succeed (the source can't be read, the sink refuses, ffmpeg is missing or was killed, an abort).
 * The sink is aborted unless the outcome is `converted`.
 */
export const convertMedia: ConvertMedia = async (source, sink, options, hooks) => {
  const startedAt = performance.now();
  const stop = new AbortController();
  const signal = AbortSignal.any([hooks.signal, stop.signal]);
  const fail = (code: Extract<Outcome, { kind: "failed" }>["code"], detail: string): Outcome => ({
    kind: "failed",
    code,
    detail,
  });
  let finished = false;
  try {
    hooks.signal.throwIfAborted();
    if (source.sizeBytes === 0) return fail("not-media", "the object is empty");
    const reader = new RangeReader(source);
    const movie = await readMovie(reader, signal);
    if (movie.kind === "failed") return fail(movie.code, movie.detail);
    const plan = movie.kind === "indexed" ? planReads(movie.extents) : undefined;
    await using server = await startLoopbackServer(
      plan && movie.kind === "indexed"
        ? new AudioOnlySource(reader, movie.header, movie.extents, plan)
        : reader,
    );
    const result = await probeMedia(options.ffmpegPath, server.url, signal);
    if (server.failure) throw server.failure;
    if (result.kind === "unreadable") return fail("not-media", "no demuxer reads it");
    const { probe } = result;
    const stream = chooseStream(probe.audio);
    if (!stream) return fail("no-audio-track", "no audio stream");
    if (stream.codec === "none" || stream.sampleRate === 0) {
      return fail("unsupported-codec", `audio codec ${stream.codec}`);
    }
    const { startSeconds = 0, endSeconds } = options;
    if (probe.durationSeconds !== undefined && startSeconds >= probe.durationSeconds) {
      return fail("empty-selection", "the start is behind the end");
    }
    const preset = PRESETS[options.quality];
    const sampleRate = chooseSampleRate(stream.sampleRate);
    const selectedSeconds =
      Math.min(endSeconds ?? Infinity, probe.durationSeconds ?? Infinity) - startSeconds;
    const segmentSeconds = options.segmentSeconds ?? SEGMENT_SECONDS;
    // An ffmpeg of 2026 fails where an output gets no sample, so every encoder must get its turn.
    const turns = Number.isFinite(selectedSeconds)
      ? Math.max(1, Math.floor(selectedSeconds / segmentSeconds))
      : 1;
    const xing = new XingHeader();
    let pending: Uint8Array[] = [];
    let pendingBytes = 0;
    const flush = async () => {
      if (pendingBytes === 0) return;
      const frames = Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      await sink.write(frames);
      const audioSeconds = (xing.frames * (xing.frameHeader?.samples ?? 0)) / sampleRate;
      hooks.onProgress?.({
        audioSeconds,
        fraction: Number.isFinite(selectedSeconds)
          ? Math.min(1, audioSeconds / selectedSeconds)
          : 0,
      });
    };
    const { ends, samples } = await transcode(
      {
        ffmpegPath: options.ffmpegPath,
        url: server.url,
        streamIndex: stream.index,
        preset,
        sampleRate,
        channels: stream.layout === "mono" || stream.layout.startsWith("1 ") ? 1 : 2,
        startSeconds,
        endSeconds,
        workers: Math.min(options.workers ?? availableParallelism(), turns),
        segmentSeconds,
      },
      async (frames) => {
        for (const frame of frames) {
          xing.addFrame(frame);
          pending.push(frame);
          pendingBytes += frame.length;
        }
        if (pendingBytes >= WRITE_BYTES) await flush();
      },
      signal,
    );
    await flush();
    hooks.signal.throwIfAborted();
    if (server.failure) throw server.failure;
    const failed = ends.find((end) => !end.succeeded);
    if (failed) {
      if (failed.signal) throw new Error(`ffmpeg was ended by ${failed.signal}`);
      if (/Decoder .* not found|Decoding requested, but no decoder/i.test(failed.messages)) {
        return fail("unsupported-codec", `no decoder for ${stream.codec}`);
      }
      return fail("not-media", `ffmpeg ended with ${failed.code}: ${lastLine(failed.messages)}`);
    }
    const durationSeconds = samples / sampleRate;
    if (samples === 0 || !xing.frameHeader) return fail("empty-selection", "no sample is left");
    if (durationSeconds < selectedSeconds - 1.5 && Number.isFinite(selectedSeconds)) {
      return fail("truncated", `decoded ${durationSeconds} s of ${selectedSeconds} s`);
    }
    const title = probe.tags.title?.trim() || options.fallbackTitle;
    const id3 = buildId3({
      title,
      artist: probe.tags.artist,
      album: probe.tags.album,
      date: probe.tags.date,
      chapters: [],
    });
    const head = Buffer.concat([
      id3,
      xing.build({
        delaySamples: LAME_DELAY_SAMPLES,
        paddingSamples: xing.frames * xing.frameHeader.samples - LAME_DELAY_SAMPLES - samples,
        vbrScale: preset.vbrScale,
      }),
    ]);
    await sink.finish(head);
    finished = true;
    return {
      kind: "converted",
      sizeBytes: head.length + xing.audioBytes,
      durationSeconds,
      title,
      figures: {
        ...reader.counter,
        wallSeconds: (performance.now() - startedAt) / 1000,
        plan: plan?.kind ?? "sequential",
      },
    };
  } finally {
    stop.abort();
    if (!finished) await sink.abort();
  }
};

/** The track that players play: the first that is flagged as default, else the first. */
function chooseStream(audio: readonly AudioStream[]): AudioStream | undefined {
  return audio.find((stream) => stream.isDefault) ?? audio[0];
}

function lastLine(messages: string): string {
  return (
    messages
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/http:\S+/g, "source")
      .slice(0, 200) ?? ""
  );
}
