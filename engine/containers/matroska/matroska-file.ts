import { Failure } from "../../failure.ts";
import type { AudioStream, Probe } from "../../ffmpeg/probe.ts";
import { countDecodedAsLame, type GaplessData } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { CopiedTrack, Times } from "../container.ts";
import { findMissingEnd } from "../declared-length.ts";
import { countFromStart, type HeaderFacts, PlainFile } from "../plain-file.ts";
import { leaveOutPadding } from "../spliced-source.ts";
import type { TrackChoice } from "../track-choice.ts";
import { readLastBlock } from "./last-block.ts";
import { type MatroskaTrack, readDiscardSeconds, readMatroskaTrack } from "./track.ts";

/** Opens a Matroska file. Throws the failure `encrypted` if its audio is encrypted. */
export async function openMatroska(
  reader: RangeReader,
  choice: TrackChoice,
  signal: AbortSignal,
): Promise<MatroskaFile | undefined> {
  const track = await readMatroskaTrack(reader, signal, choice);
  if (!track) return undefined;
  if (track.isEncrypted) throw new Failure("encrypted", "Matroska content encryption");
  const missingEnd = await findMissingEnd(reader, signal);
  const { hasDuration, number, tickSeconds } = track;
  const last = hasDuration ? undefined : await readLastBlock(reader, number, signal);
  const media = track.media ?? (last && leaveOutPadding(reader, last.endByte));
  return new MatroskaFile(reader, { missingEnd, media }, track, last && last.ticks * tickSeconds);
}

/** Matroska and WebM. ffmpeg reads the file, and the engine cuts off the encoder's priming. */
class MatroskaFile extends PlainFile {
  readonly #reader: RangeReader;
  readonly #track: MatroskaTrack;
  /** The last packet's time, if the file doesn't state its length. */
  readonly #lastSeconds: number | undefined;

  constructor(
    reader: RangeReader,
    facts: HeaderFacts,
    track: MatroskaTrack,
    lastSeconds: number | undefined,
  ) {
    super(reader, facts);
    this.#reader = reader;
    this.#track = track;
    this.#lastSeconds = lastSeconds;
  }

  override describeTimes(probe: Probe, stream: AudioStream): Times {
    // ffmpeg 5.1 subtracts the delay from the timestamps, but leaves it in the audio. It doesn't shift a
    // video whose pictures begin first. When the audio of such a video begins isn't known here.
    const primingSeconds = probe.beginsAtSeconds < 0 ? this.#track.delaySeconds : 0;
    const times = super.describeTimes(probe, stream);
    const { beginsAtSeconds } = probe;
    const lengthSeconds =
      times.lengthSeconds ?? countFromStart(this.#lastSeconds, probe, stream, beginsAtSeconds);
    return { ...times, lengthSeconds, primingSeconds };
  }

  override async readGapless(
    copied: CopiedTrack,
    signal: AbortSignal,
  ): Promise<GaplessData | undefined> {
    const { delaySeconds } = this.#track;
    if (delaySeconds <= 0) return super.readGapless(copied, signal);
    const discardSeconds = await readDiscardSeconds(this.#reader, this.#track, signal);
    return countDecodedAsLame(
      Math.round(delaySeconds * copied.sampleRate),
      Math.round(discardSeconds * copied.sampleRate),
    );
  }
}
