import type { Readable } from "node:stream";
import { toArguments } from "./arguments.ts";
import { throwIfKilled } from "./check-exits.ts";
import { inputArguments } from "./demuxers.ts";
import { startFfmpeg } from "./process.ts";

/**
 * Larger pictures are left out, because the head of an MP3 is held in memory and read before any
 * audio.
 */
const LARGEST_COVER_BYTES = 4 * 1024 * 1024;

/** The attached picture of a source as it is stored, or undefined if there is none. */
export async function readCover(
  ffmpegPath: string,
  url: string,
  streamIndex: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const ffmpeg = startFfmpeg(
    ffmpegPath,
    [
      ...toArguments({ v: "error" }),
      ...inputArguments({ url }),
      ...toArguments({ map: `0:${streamIndex}`, c: "copy", "frames:v": 1, f: "image2pipe" }),
      "pipe:1",
    ],
    ["ignore", "pipe", "pipe"],
    signal,
  );
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ffmpeg.child.stdout as Readable) {
    size += (chunk as Buffer).length;
    if (size <= LARGEST_COVER_BYTES) chunks.push(chunk as Buffer);
  }
  const end = await ffmpeg.ended;
  signal.throwIfAborted();
  throwIfKilled([end]);
  return end.succeeded && size > 0 && size <= LARGEST_COVER_BYTES
    ? Buffer.concat(chunks)
    : undefined;
}
