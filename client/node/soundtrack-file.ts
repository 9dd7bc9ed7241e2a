import { open } from "node:fs/promises";
import { extname } from "node:path";
import type { Readable } from "../soundtrack/coalesce-reads.ts";
import { type Chunk, type Extraction, extractSoundtrack } from "../soundtrack/extract.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".mkv": "video/x-matroska",
  ".webm": "video/webm",
  ".avi": "video/x-msvideo",
  ".ts": "video/mp2t",
};

/** Guesses the media type from a file's name. The converter looks at the content instead. */
export const guessContentType = (path: string) =>
  CONTENT_TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";

/**
 * Copies one of a video's audio tracks into a file of its own at `path`.
 *
 * @returns the reason if the whole video has to be sent instead. An error while reading or writing
 * is a reason too, because the converter may do better with the whole video.
 */
export async function writeSoundtrack(
  source: Readable,
  path: string,
  options: {
    signal: AbortSignal;
    onFraction: (fraction: number) => void;
    /** The track's number, as {@link extractSoundtrack} counts. */
    audioTrack?: number | undefined;
  },
): Promise<Extraction | { kind: "unavailable"; reason: "failed" }> {
  const { signal, onFraction, audioTrack } = options;
  const file = await open(path, "w", 0o600);
  let writing = Promise.resolve();
  let fault: unknown;
  try {
    const write = ({ position, data }: Chunk) => {
      signal.throwIfAborted();
      if (fault !== undefined) throw fault;
      writing = writing
        .then(async () => {
          await file.write(data, 0, data.byteLength, position);
        })
        .catch((error: unknown) => {
          fault = error;
        });
      return writing;
    };
    const extraction = await extractSoundtrack(source, { write, onFraction }, audioTrack);
    await writing;
    if (fault !== undefined) throw fault;
    return extraction;
  } catch {
    signal.throwIfAborted();
    return { kind: "unavailable", reason: "failed" };
  } finally {
    await file.close();
  }
}
