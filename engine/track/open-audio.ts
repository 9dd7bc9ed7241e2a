import type { Container } from "../containers/container.ts";
import { openContainer } from "../containers/open-container.ts";
import type { TrackChoice } from "../containers/track-choice.ts";
import { Failure, UnusableTrack } from "../failure.ts";
import { startLoopbackServer } from "../ffmpeg/loopback-server.ts";
import type { Stopwatch } from "../ffmpeg/stopwatch.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { EngineOptions } from "../types.ts";
import { throwIfTruncated } from "./missing-audio.ts";
import type { OpenAudio } from "./opened-audio.ts";
import { probeTrack } from "./probe-track.ts";
import { selectAudio } from "./selection.ts";

/**
 * Opens a source for one of its audio tracks, lets ffmpeg examine it, and selects the requested piece.
 *
 * @throws {@link Failure} if there is no audio to convert, or {@link UnusableTrack} if only this track
 * can't be
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
  const probed = await probeTrack(reader, container, server, choice, options, signal).catch(
    (error: unknown) => {
      throw nameUnreadable(error, container);
    },
  );
  const { probe, stream, rightIndex, howToRead, trackCount } = probed;
  throwIfTruncated(container.missingEnd, options);
  const selection = selectAudio(container.describeTimes(probe, stream), reader.sizeBytes, options);
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
        rightIndex,
        ...howToRead,
        links,
        mayHaveGaps: selection.isSpan || container.plan.kind === "fragments",
      };
  const opened = servers.move();
  return {
    container,
    probe,
    stream,
    selection,
    server,
    trackCount,
    isReadByName: howToRead.format !== undefined,
    decoded: { server: decodedServer, input },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** If nothing can be read of a file whose end is missing, what is needed was there. */
function nameUnreadable(error: unknown, { missingEnd, protection }: Container): unknown {
  const isUnknown = error instanceof Failure && error.code === "not-media" && !error.fileKind;
  if (isUnknown && protection) return new Failure("encrypted", protection);
  return isUnknown && missingEnd ? new Failure("truncated", missingEnd.detail) : error;
}
