import type { Container } from "./containers/container.ts";
import { UnindexedMovie } from "./containers/mp4/unindexed-movie.ts";
import { openContainer } from "./containers/open-container.ts";
import { Failure } from "./failure.ts";
import { throwIfEndedBySignal } from "./ffmpeg/check-exits.ts";
import { type LoopbackServer, startLoopbackServer } from "./ffmpeg/loopback-server.ts";
import { type AudioStream, type Probe, probeMedia } from "./ffmpeg/probe.ts";
import { throwIfTruncated } from "./missing-audio.ts";
import type { RangeReader } from "./reading/range-reader.ts";
import { type Selection, selectAudio } from "./selection.ts";
import type { Stopwatch } from "./stopwatch.ts";
import type { EngineOptions } from "./types.ts";

/** The audio to convert: its container opened, its track chosen, served to ffmpeg. */
export interface OpenAudio extends AsyncDisposable {
  container: Container;
  probe: Probe;
  stream: AudioStream;
  selection: Selection;
  /** Serves the container's media. */
  server: LoopbackServer;
  /** What the decoder reads: the media, or the container's packets. */
  decoded: { server: LoopbackServer; streamIndex: number; format?: string };
}

/**
 * Opens a source, asks ffmpeg what it holds, and selects what is asked for. Throws a {@link Failure}
 * where there is no audio to convert.
 */
export async function openAudio(
  reader: RangeReader,
  options: EngineOptions,
  stopwatch: Stopwatch,
  signal: AbortSignal,
): Promise<OpenAudio> {
  if (reader.sizeBytes === 0) throw new Failure("not-media", "the object is empty");
  const container = await openContainer(reader, signal);
  if (container instanceof UnindexedMovie) throwIfTruncated(container.missingEnd, options);
  await using servers = new AsyncDisposableStack();
  const server = servers.use(await startLoopbackServer(container.media, stopwatch));
  const { probe, stream } = await readProbe(server, options, signal);
  throwIfTruncated(container.missingEnd, options);
  const selection = selectAudio(container.describeTimes(probe, stream), options);
  const { packets } = container;
  const decoded = packets
    ? {
        server: servers.use(await startLoopbackServer(packets.source, stopwatch)),
        streamIndex: 0,
        format: packets.format,
      }
    : { server, streamIndex: stream.index };
  const opened = servers.move();
  return {
    ...{ container, probe, stream, selection, server, decoded },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function readProbe(server: LoopbackServer, options: EngineOptions, signal: AbortSignal) {
  const result = await probeMedia(options.ffmpegPath, server.url, signal);
  throwIfEndedBySignal([result.end]);
  if (server.failure) throw server.failure;
  if (result.kind === "unreadable") throw new Failure("not-media", "no demuxer reads it");
  // The track that players play: the first that is flagged as default, else the first.
  const { audio } = result.probe;
  const stream = audio.find(({ isDefault }) => isDefault) ?? audio[0];
  if (!stream) throw new Failure("no-audio-track", "no audio stream");
  if (stream.codec === "none" || stream.sampleRate === 0) {
    throw new Failure("unsupported-codec", `audio codec ${stream.codec}`);
  }
  return { probe: result.probe, stream };
}
