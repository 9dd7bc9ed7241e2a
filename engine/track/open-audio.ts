import type { Container, MissingEnd } from "../containers/container.ts";
import { findFileKind } from "../containers/file-kind.ts";
import { openContainer } from "../containers/open-container.ts";
import { chooseTrack, PLAYED_TRACK, type TrackChoice } from "../containers/track-choice.ts";
import type { AudioInput } from "../encoding/transcode-job.ts";
import { Failure, UnusableTrack } from "../failure.ts";
import { throwIfEndedBySignal } from "../ffmpeg/check-exits.ts";
import type { MediaInput } from "../ffmpeg/demuxers.ts";
import { type LoopbackServer, startLoopbackServer } from "../ffmpeg/loopback-server.ts";
import { type AudioStream, type Probe, probeMedia } from "../ffmpeg/probe.ts";
import { findStereoPair } from "../ffmpeg/stereo-pair.ts";
import type { Stopwatch } from "../ffmpeg/stopwatch.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { EngineOptions } from "../types.ts";
import { type Selection, selectAudio } from "./selection.ts";

/** The audio to convert: its container opened, its track chosen, served to ffmpeg. */
export interface OpenAudio extends AsyncDisposable {
  container: Container;
  probe: Probe;
  stream: AudioStream;
  selection: Selection;
  /** Serves the container's media. */
  server: LoopbackServer;
  /** What the decoder reads: the media, or the container's packets. */
  decoded: { server: LoopbackServer; input: AudioInput };
  /** How many audio tracks there are to choose from. */
  trackCount: number;
}

/**
 * Opens a source for one of its audio tracks, asks ffmpeg what it holds, and selects what is asked for.
 * Throws a {@link Failure} where there is no audio to convert, an {@link UnusableTrack} where it is this
 * track that can't be.
 */
export async function openAudio(
  reader: RangeReader,
  choice: TrackChoice,
  options: EngineOptions,
  stopwatch: Stopwatch,
  signal: AbortSignal,
): Promise<OpenAudio> {
  if (reader.sizeBytes === 0) throw new Failure("not-media", "the object is empty");
  const container = await openContainer(reader, choice, signal);
  if (container.missingEnd?.isOfTrack) throwIfTruncated(container.missingEnd, options);
  await using servers = new AsyncDisposableStack();
  const server = servers.use(await startLoopbackServer(container.media, stopwatch));
  const { probe, beginsLate } = await readProbe(reader, server, options, signal);
  if (container.protection && !isAnyReadable(probe)) {
    throw new Failure("encrypted", container.protection);
  }
  const trackCount = container.trackCount ?? probe.audio.length;
  // A container that lists the tracks has chosen already: ffmpeg sees one.
  const choiceLeft = container.trackCount === undefined ? choice : PLAYED_TRACK;
  const chosen = chooseStream(probe, choiceLeft, trackCount);
  const pair = "number" in choice ? undefined : findStereoPair(probe, chosen);
  const stream = pair ? { ...pair.left, layout: "stereo" } : chosen;
  throwIfTruncated(container.missingEnd, options);
  const selection = selectAudio(container.describeTimes(probe, stream), options);
  const { packets } = container;
  const decodedServer = packets
    ? servers.use(await startLoopbackServer(packets.source, stopwatch))
    : server;
  const links = container.links?.map(([start, end]) => server.sliceUrl(start, end));
  const input = packets
    ? { url: decodedServer.url, streamIndex: 0, format: packets.format }
    : {
        url: server.url,
        streamIndex: stream.index,
        rightIndex: pair?.right.index,
        beginsLate,
        links,
      };
  const opened = servers.move();
  return {
    container,
    probe,
    stream,
    selection,
    server,
    trackCount,
    decoded: { server: decodedServer, input },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Throws the failure `truncated` where the end is missing of what has a better copy elsewhere. */
export function throwIfTruncated(
  missingEnd: MissingEnd | undefined,
  { acceptIncomplete }: Pick<EngineOptions, "acceptIncomplete">,
): void {
  if (!missingEnd || missingEnd.isInterrupted || acceptIncomplete) return;
  throw new Failure("truncated", missingEnd.detail);
}

const isAnyReadable = ({ audio }: Probe): boolean => audio.some(({ sampleRate }) => sampleRate > 0);

/** Containers in which the audio may begin long after the pictures. */
const STREAM_CONTAINERS = new Set(["mpegts", "mpeg"]);

async function readProbe(
  reader: RangeReader,
  server: LoopbackServer,
  options: EngineOptions,
  signal: AbortSignal,
) {
  const probe = await probeServer({ url: server.url });
  if (isAnyReadable(probe) || !STREAM_CONTAINERS.has(probe.container))
    return { probe, beginsLate: false };
  return { probe: await probeServer({ url: server.url, beginsLate: true }), beginsLate: true };

  async function probeServer(input: MediaInput): Promise<Probe> {
    const result = await probeMedia(options.ffmpegPath, input, signal);
    throwIfEndedBySignal([result.end]);
    if (server.failure) throw server.failure;
    if (result.kind === "unreadable") {
      const fileKind = await findFileKind(reader, signal);
      throw new Failure("not-media", `no demuxer reads it: ${fileKind ?? "unknown"}`, fileKind);
    }
    return result.probe;
  }
}

function chooseStream({ audio, container }: Probe, choice: TrackChoice, trackCount: number) {
  if (audio.length === 0) throw new Failure("no-audio-track", "no audio stream");
  const stream = chooseTrack(audio, choice, ({ isDefault }) => isDefault);
  if (!stream) {
    throw "number" in choice
      ? new Failure("no-such-track", `audio track ${choice.number} of ${audio.length}`)
      : new Failure("no-audio-track", "no further audio stream");
  }
  if (stream.codec === "none" || stream.sampleRate === 0) {
    // A program map names a stream that has no packets.
    const isEmpty = stream.codec !== "none" && container === "mpegts";
    throw new UnusableTrack(
      isEmpty
        ? new Failure("no-audio-track", "the track has no packets")
        : new Failure("unsupported-codec", `audio codec ${stream.codec}`),
      trackCount,
    );
  }
  return stream;
}
