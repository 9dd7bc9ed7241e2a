import { Failure } from "../../failure.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { PlainFile } from "../plain-file.ts";
import type { TrackChoice } from "../track-choice.ts";
import { listChunks } from "./chunk-list.ts";
import { rebuildPcm } from "./rebuild-pcm.ts";

/**
 * Opens a WAV, RF64 or AIFF file. If its sizes are wrong, its samples are in several chunks, or
 * other bytes follow them, ffmpeg gets a file with all samples in one chunk.
 */
export async function openChunkedPcm(
  reader: RangeReader,
  _choice: TrackChoice,
  signal: AbortSignal,
): Promise<PlainFile | undefined> {
  const list = await listChunks(reader, signal);
  if (!list) return undefined;
  if (list.samples.length === 0) throw new Failure("no-audio-track", "the file has no samples");
  const { missingEnd, isRegular, leftOut } = list;
  return new PlainFile(reader, {
    missingEnd: missingEnd ? { detail: missingEnd, isInterrupted: false } : undefined,
    media: isRegular ? undefined : await rebuildPcm(reader, list, signal),
    readErrors: leftOut,
  });
}
