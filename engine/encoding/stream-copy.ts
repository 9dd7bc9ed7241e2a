import type { Readable } from "node:stream";
import { toArguments } from "../ffmpeg/arguments.ts";
import { inputArguments, type MediaInput } from "../ffmpeg/demuxers.ts";
import { type ProcessEnd, startFfmpeg } from "../ffmpeg/process.ts";
import { type FrameHeader, FrameSplitter } from "../mp3/frame.ts";
import { findInfoTag } from "../mp3/gapless.ts";
import { MP3_OUTPUT } from "./mp3-output.ts";

/** Frames lost between frames, as a share, above which a stream is called damaged. */
const MOST_JUNK_SHARE = 0.01;

/**
 * Takes the MP3 frames of a track out of their container as they are. Bytes between frames that
 * belong to no frame are dropped; `damaged` says that there were too many. Gives up
 * where the frames change their rate or channels: an MP3's header has room for one of each.
 */
export async function copyMp3(
  ffmpegPath: string,
  input: MediaInput & { streamIndex: number },
  onFrames: (frames: readonly Uint8Array[]) => Promise<void>,
  signal: AbortSignal,
): Promise<{ ends: ProcessEnd[]; damaged: boolean; readErrors: number } | "format-changes"> {
  const stop = new AbortController();
  const ffmpeg = startFfmpeg(
    ffmpegPath,
    [
      ...toArguments({ v: "error" }),
      ...inputArguments(input),
      ...toArguments({ map: `0:${input.streamIndex}`, c: "copy" }),
      ...MP3_OUTPUT,
    ],
    ["ignore", "pipe", "pipe"],
    AbortSignal.any([signal, stop.signal]),
  );
  let hasChanged = false;
  const splitter = new FrameSplitter({ skipJunk: true });
  let bytes = 0;
  let first: FrameHeader | undefined;
  // What comes before the first frame and after the last belongs to none.
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
  // The last frame of a file that is cut is no junk.
  const damaged = splitter.junkBytes > bytes * MOST_JUNK_SHARE;
  return { ends: [await ffmpeg.ended], damaged, readErrors: junkUntilLast > junkBefore ? 1 : 0 };
}

const isSameFormat = (one: FrameHeader, other: FrameHeader): boolean =>
  one.sampleRate === other.sampleRate && one.channels === other.channels;
