import type { AudioStream, Chapter, Probe } from "../ffmpeg/probe.ts";
import { type GaplessData, readGaplessData } from "../mp3/gapless.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { Container, CopiedTrack, Times } from "./container.ts";

/** A file that ffmpeg reads as it is. Its times are what ffmpeg says of them. */
export class PlainFile implements Container {
  readonly media: RangeReader;
  readonly packets = undefined;
  readonly plan: Container["plan"];
  readonly missingEnd: string | undefined;

  constructor(reader: RangeReader, missingEnd: string | undefined) {
    this.media = reader;
    this.plan = { kind: "sequential", bytes: reader.sizeBytes };
    this.missingEnd = missingEnd;
  }

  describeTimes(probe: Probe, stream: AudioStream): Times {
    return {
      delaySeconds: 0,
      primingSeconds: 0,
      trackSeconds: undefined,
      ...findLength(probe, stream),
    };
  }

  findMissing(): string | undefined {
    return undefined;
  }

  async readGapless({ probe }: CopiedTrack, signal: AbortSignal): Promise<GaplessData | undefined> {
    return probe.container === "mp3" ? await readGaplessData(this.media, signal) : undefined;
  }

  async readChapters(): Promise<readonly Chapter[]> {
    return [];
  }
}

function findLength(probe: Probe, stream: AudioStream) {
  // Matroska's tag is where the track ends, from the video's start: audio that begins late is shorter.
  if (stream.durationSeconds !== undefined) {
    return {
      lengthSeconds: stream.durationSeconds,
      isLengthSure: true,
      isLengthOfTrack: !probe.hasVideo,
    };
  }
  const isLengthSure = !probe.isDurationEstimated;
  return {
    lengthSeconds: probe.durationSeconds,
    isLengthSure,
    isLengthOfTrack: isLengthSure && !probe.hasVideo,
  };
}
