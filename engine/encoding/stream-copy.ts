import type { Readable } from "node:stream";
import { toArguments } from "../ffmpeg/arguments.ts";
import { inputArguments } from "../ffmpeg/demuxers.ts";
import { type ProcessEnd, startFfmpeg } from "../ffmpeg/process.ts";
import { type FrameHeader, FrameSplitter } from "../mp3/frame.ts";
import { findInfoTag } from "../mp3/gapless.ts";
import { MP3_OUTPUT } from "./mp3-output.ts";
import { PACKET_LINES, readLongSteps, sumGaps } from "./packet-gaps.ts";
import type { AudioInput } from "./transcode-job.ts";

/** A stream is damaged if more than this share of its bytes is outside frames. */
const MOST_JUNK_SHARE = 0.01;

/** What was found while frames were copied. */
interface CopiedFrames {
  ends: ProcessEnd[];
  damaged: boolean;
  readErrors: number;
  /** How long the gaps between the packets are. */
  gapSeconds: number;
}

/**
 * Copies a track's MP3 frames out of their container. Bytes outside frames are dropped, and `damaged`
 * says whether there were too many. Gives up if the frames change their rate or channels, because an
 * MP3's header has only one of each.
 */
export async function copyMp3(
  ffmpegPath: string,
  input: AudioInput,
  onFrames: (frames: readonly Uint8Array[]) => Promise<void>,
  signal: AbortSignal,
): Promise<CopiedFrames | "format-changes"> {
  const stop = new AbortController();
  const map = toArguments({ map: `0:${input.streamIndex}` });
  const ffmpeg = startFfmpeg(
    ffmpegPath,
    [
      ...toArguments({ v: "error" }),
      ...inputArguments(input),
      ...[...map, ...toArguments({ c: "copy" }), ...MP3_OUTPUT],
      ...(input.mayHaveGaps ? [...map, ...PACKET_LINES] : []),
    ],
    ["ignore", "pipe", "pipe", input.mayHaveGaps ? "pipe" : "ignore"],
    AbortSignal.any([signal, stop.signal]),
  );
  const lines = ffmpeg.child.stdio[3];
  const longSteps = lines ? readLongSteps(lines as Readable) : Promise.resolve([]);
  // It is ended before anybody asks for them.
  longSteps.catch(() => undefined);
  let hasChanged = false;
  const splitter = new FrameSplitter({ skipJunk: true });
  let bytes = 0;
  let first: FrameHeader | undefined;
  // Bytes before the first frame and after the last don't count as junk.
  let [junkBefore, junkUntilLast] = [0, 0];
  for await (const chunk of ffmpeg.child.stdout as Readable) {
    const frames: Uint8Array[] = [];
    bytes += (chunk as Buffer).length;
    splitter.push(chunk as Buffer, (frame, header) => {
      // Our own header replaces the source's, which some containers keep as a frame.
      if (first || findInfoTag(frame, header) === undefined) frames.push(frame);
      if (!first) junkBefore = splitter.junkBytes;
      junkUntilLast = splitter.junkBytes;
      first ??= header;
      if (!isSameFormat(first, header)) hasChanged = true;
    });
    if (hasChanged) {
      stop.abort();
      return "format-changes";
    }
    await onFrames(frames);
  }
  // An incomplete last frame isn't junk.
  const damaged = splitter.junkBytes > bytes * MOST_JUNK_SHARE;
  return {
    ends: [await ffmpeg.ended],
    damaged,
    readErrors: junkUntilLast > junkBefore ? 1 : 0,
    gapSeconds: sumGaps(await longSteps, first ? first.samples / first.sampleRate : 0),
  };
}

const isSameFormat = (one: FrameHeader, other: FrameHeader): boolean =>
  one.sampleRate === other.sampleRate && one.channels === other.channels;
