import { findUnprobedFormat } from "../../layers/ffmpeg/requirements.ts";
import type { Container } from "../containers/container.ts";
import { findFileKind } from "../containers/file-kind.ts";
import { isProtectedByName, refineKind } from "../containers/kind-by-name.ts";
import { chooseTrack, PLAYED_TRACK, type TrackChoice } from "../containers/track-choice.ts";
import { Failure, UnusableTrack } from "../failure.ts";
import { throwIfEndedBySignal } from "../ffmpeg/check-exits.ts";
import type { MediaInput } from "../ffmpeg/demuxers.ts";
import type { LoopbackServer } from "../ffmpeg/loopback-server.ts";
import { type AudioStream, type Probe, probeMedia } from "../ffmpeg/probe.ts";
import { findStereoPair, isMono, type StereoPair } from "../ffmpeg/stereo-pair.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { EngineOptions } from "../types.ts";

const isAnyReadable = ({ audio }: Probe): boolean => audio.some(({ sampleRate }) => sampleRate > 0);

/** Containers in which the audio may begin long after the pictures. */
const STREAM_CONTAINERS = new Set(["mpegts", "mpeg"]);

/** The options with which ffmpeg can read a file. */
type HowToRead = Omit<MediaInput, "url">;

/** The track to convert, as ffmpeg sees it. */
interface ProbedTrack {
  probe: Probe;
  stream: AudioStream;
  /** The track with the right channel, if the two channels are separate tracks. */
  rightIndex: number | undefined;
  howToRead: HowToRead;
  trackCount: number;
}

/** Lets ffmpeg examine a container, and chooses the track. @throws Failure */
export async function probeTrack(
  reader: RangeReader,
  container: Container,
  server: LoopbackServer,
  choice: TrackChoice,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<ProbedTrack> {
  const { probe, howToRead } = await readProbe(reader, server, options, signal);
  if (container.protection && !isAnyReadable(probe)) {
    throw new Failure("encrypted", container.protection);
  }
  const trackCount = container.trackCount ?? probe.audio.length;
  // If the container listed the tracks, the choice is made, and ffmpeg sees only that track.
  const choiceLeft = container.trackCount === undefined ? choice : PLAYED_TRACK;
  const chosen = chooseStream(probe, choiceLeft, trackCount);
  const pair =
    "number" in choice ? joinChosen(probe, chosen, choice) : findStereoPair(probe, chosen);
  const stream = pair ? { ...pair.left, layout: "stereo" } : chosen;
  return { probe, stream, rightIndex: pair?.right.index, howToRead, trackCount };
}

/** @throws Failure if the track that was chosen for the right channel can't be joined to `left` */
function joinChosen(
  { audio }: Probe,
  left: AudioStream,
  { rightNumber }: Extract<TrackChoice, { number: number }>,
): StereoPair | undefined {
  if (rightNumber === undefined) return undefined;
  const right = audio[rightNumber - 1];
  if (!right) throw new Failure("no-such-track", `audio track ${rightNumber} of ${audio.length}`);
  const isPair = isMono(left) && isMono(right) && left.sampleRate === right.sampleRate;
  if (isPair) return { left, right };
  const found = [left, right].map(({ layout, sampleRate }) => `${layout} at ${sampleRate} Hz`);
  throw new Failure("not-a-pair", found.join(", "));
}

async function readProbe(
  reader: RangeReader,
  server: LoopbackServer,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<{ probe: Probe; howToRead: HowToRead }> {
  const probe = await probeServer({});
  if (!probe) {
    const fileKind = await findFileKind(reader, signal);
    // Silence without a header may look like this, too.
    const mayBeAudio = !fileKind || fileKind === "blank" || fileKind === "text";
    const byName = mayBeAudio ? findUnprobedFormat(options.fileEnding ?? "") : undefined;
    const found = byName && (await probeServer(byName));
    if (found) return { probe: found, howToRead: byName };
    const ending = options.fileEnding ?? "";
    if (!fileKind && isProtectedByName(ending)) {
      throw new Failure("encrypted", "a format of protected recordings");
    }
    const named = refineKind(fileKind, ending);
    throw new Failure("not-media", `no demuxer reads it: ${named ?? "unknown"}`, named);
  }
  const beginsLate = !isAnyReadable(probe) && STREAM_CONTAINERS.has(probe.container);
  const further = beginsLate ? await probeServer({ beginsLate }) : undefined;
  return { probe: further ?? probe, howToRead: { beginsLate } };

  async function probeServer(howToRead: HowToRead): Promise<Probe | undefined> {
    const result = await probeMedia(options.ffmpegPath, { url: server.url, ...howToRead }, signal);
    throwIfEndedBySignal([result.end]);
    if (server.failure) throw server.failure;
    return result.kind === "unreadable" ? undefined : result.probe;
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
