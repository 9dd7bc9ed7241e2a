import type { RangeReader } from "../reading/range-reader.ts";
import { refuseEncryptedAsf } from "./asf-header.ts";
import type { Container, OpenFormat } from "./container.ts";
import { findMissingEnd, isFollowedByAnother } from "./declared-length.ts";
import { findEndTags } from "./end-tags.ts";
import { openFlv } from "./flv-file.ts";
import { openMatroska } from "./matroska/matroska-file.ts";
import { openMp3File } from "./mp3/mp3-file.ts";
import { openMp4 } from "./mp4/open-mp4.ts";
import { openNut } from "./nut-file.ts";
import { openChainedOgg } from "./ogg/chained-ogg.ts";
import { openOgg } from "./ogg/ogg-file.ts";
import { openAu } from "./pcm/au-file.ts";
import { openCafWithRest } from "./pcm/caf-file.ts";
import { openChunkedPcm } from "./pcm/chunked-pcm.ts";
import { openUnfinishedWave64 } from "./pcm/wave64.ts";
import { PlainFile } from "./plain-file.ts";
import { openRawFrames } from "./raw-frames.ts";
import { findScrambling } from "./scrambling.ts";
import type { TrackChoice } from "./track-choice.ts";

/** Tried in this order. The first one that recognises the file opens it. */
const FORMATS: readonly OpenFormat[] = [
  openMp4,
  openMp3File,
  openMatroska,
  refuseEncryptedAsf,
  openChunkedPcm,
  openAu,
  openUnfinishedWave64,
  openCafWithRest,
  openChainedOgg,
  openOgg,
  openFlv,
  openNut,
];

/**
 * Opens a source's container for one of its audio tracks.
 *
 * @throws Failure if the header shows that there is no audio or no movie box, or that the file is
 * copy-protected. ffmpeg would decode protected packets to noise, or report a broken file.
 */
export async function openContainer(
  reader: RangeReader,
  choice: TrackChoice,
  signal: AbortSignal,
): Promise<Container> {
  for (const open of FORMATS) {
    const container = await open(reader, choice, signal);
    if (container) return container;
  }
  // The formats above find their own end. The others don't, so find the tags after them first.
  const endTagsByte = await findEndTags(reader, signal);
  const rawFrames = await openRawFrames(reader, endTagsByte, signal);
  if (rawFrames) return rawFrames;
  const head = await reader.readHead(signal);
  return new PlainFile(reader, {
    endTagsByte,
    missingEnd: await findMissingEnd(reader, signal),
    protection: findScrambling(head),
    readErrors: (await isFollowedByAnother(reader, signal)) ? 1 : 0,
  });
}
