import type { StreamSource } from "../../ffmpeg/loopback-server.ts";
import type { AudioStream, Probe } from "../../ffmpeg/probe.ts";
import type { GaplessData } from "../../mp3/gapless.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import {
  type ContainerTags,
  type MissingEnd,
  type Times,
  TOLERANCE_SECONDS,
} from "../container.ts";
import { readEndTags } from "../end-tags.ts";
import { PlainFile } from "../plain-file.ts";
import { SplicedSource } from "../spliced-source.ts";
import type { TrackChoice } from "../track-choice.ts";
import { FrameCleaner, LARGEST_FRAME_BYTES } from "./frame-cleaner.ts";
import { findFirstFrame, type Mp3Start } from "./start.ts";

/** If more than this share of the file is outside frames, audio was lost. */
const MOST_JUNK_SHARE = 0.01;

/**
 * Reads an MP3, which may have several tags, covers at the end, junk, or joined files. The decoder
 * gets only its frames.
 */
export class Mp3File extends PlainFile {
  override readonly packets: { source: StreamSource; format: "mp3" };
  readonly #reader: RangeReader;
  /** The findings of the latest stream. */
  #cleaner = new FrameCleaner();

  constructor(reader: RangeReader, start: Mp3Start) {
    super(reader, { media: start.pieces && new SplicedSource(reader, start.pieces) });
    this.#reader = reader;
    this.packets = {
      source: {
        stream: (signal) => this.#streamFrames(start.pieces ? start.frameByte : 0, signal),
      },
      format: "mp3",
    };
  }

  async *#streamFrames(startByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const cleaner = new FrameCleaner();
    this.#cleaner = cleaner;
    const { sizeBytes } = this.#reader;
    for await (const chunk of this.#reader.read(startByte, sizeBytes, signal)) {
      const frames = cleaner.push(chunk);
      if (frames.length > 0) yield Buffer.concat(frames);
    }
    yield Buffer.concat(cleaner.push(undefined));
  }

  override describeTimes(probe: Probe, stream: AudioStream): Times {
    const times = super.describeTimes(probe, stream);
    // If files were joined, the first one's header has only its own length.
    return { ...times, isLengthSure: times.isLengthSure && times.isLengthOfTrack };
  }

  override get readErrors(): number {
    return this.#cleaner.junkBytes > 0 ? 1 : 0;
  }

  override findMissing(): MissingEnd | undefined {
    const { junkBytes, trailingZeroBytes, endsInFrame, framesToCome, secondsToCome } =
      this.#cleaner;
    const lostBytes = junkBytes + trailingZeroBytes;
    // Even in a short file, less than a frame isn't lost audio.
    const mostBytes = Math.max(MOST_JUNK_SHARE * this.#reader.sizeBytes, LARGEST_FRAME_BYTES);
    if (lostBytes > mostBytes) {
      return { detail: `${lostBytes} bytes of the MP3 are outside frames`, isInterrupted: false };
    }
    // If the first frames are damaged, ffmpeg may report another length, so the frames are counted.
    if (secondsToCome > TOLERANCE_SECONDS) {
      return { detail: `${framesToCome} frames are missing`, isInterrupted: false };
    }
    if (!endsInFrame || (framesToCome ?? 1) <= 0) return undefined;
    // A file that states its number of frames was once whole.
    const isInterrupted = framesToCome === undefined;
    return { detail: "the last frame is cut", isInterrupted };
  }

  /** Returns the first file's samples to drop at the start, and the last file's at the end. */
  override async readGapless(): Promise<GaplessData | undefined> {
    const { gapless } = this.#cleaner;
    const [first, last] = [gapless[0], gapless.at(-1)];
    return first && last && { ...first, paddingSamples: last.paddingSamples };
  }

  /** Reads the tags at the end. In an MP3, ffmpeg ignores APEv2, and reads ID3v1 only without ID3v2. */
  override readTags(_probe: Probe, signal: AbortSignal): Promise<ContainerTags> {
    return readEndTags(this.#reader, signal);
  }
}

/** Opens an MP3 file. Resolves with undefined for other files. */
export async function openMp3File(
  reader: RangeReader,
  _choice: TrackChoice,
  signal: AbortSignal,
): Promise<Mp3File | undefined> {
  const start = await findFirstFrame(reader, signal);
  return start && new Mp3File(reader, start);
}
