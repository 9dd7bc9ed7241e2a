import { startFfmpeg } from "./process.ts";

const known = new Map<string, Promise<number>>();

/**
 * Counts the threads that this ffmpeg's MP3 encoder keeps busy. The lean build's LAME quantises in a
 * second thread (layers/ffmpeg/lame/second_thread.h), and any other has one. Each path is asked once.
 */
export function countEncoderThreads(ffmpegPath: string): Promise<number> {
  let count = known.get(ffmpegPath);
  if (!count) {
    count = askForThreads(ffmpegPath);
    known.set(ffmpegPath, count);
    count.catch(() => known.delete(ffmpegPath));
  }
  return count;
}

async function askForThreads(ffmpegPath: string): Promise<number> {
  const { child, ended } = startFfmpeg(
    ffmpegPath,
    ["-h", "encoder=libmp3lame"],
    ["ignore", "pipe", "pipe"],
    // It ends within milliseconds, and other conversions use the answer, too, so it isn't aborted.
    new AbortController().signal,
  );
  let text = "";
  child.stdout?.setEncoding("latin1").on("data", (part: string) => {
    text += part;
  });
  await ended;
  return /^\s*Threading capabilities:.*\bother\b/m.test(text) ? 2 : 1;
}
