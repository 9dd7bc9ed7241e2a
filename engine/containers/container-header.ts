import { Failure } from "../failure.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import { findAsfEncryption } from "./asf-header.ts";
import { findMissingEnd } from "./declared-length.ts";
import { type MatroskaTrack, readMatroskaTrack } from "./matroska/track.ts";

/** What the header of a container other than MP4 tells, and ffmpeg doesn't. */
export interface ContainerHeader {
  /** What is missing, in words for the log. */
  missingEnd: string | undefined;
  matroska: MatroskaTrack | undefined;
}

/**
 * Throws the failure `encrypted` for copy protection, whose packets ffmpeg would hand to the decoder
 * as they are: noise, or errors that read like a broken file.
 */
export async function readContainerHeader(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<ContainerHeader> {
  const matroska = await readMatroskaTrack(reader, signal);
  const protection = matroska?.isEncrypted
    ? "Matroska content encryption"
    : await findAsfEncryption(reader, signal);
  if (protection) throw new Failure("encrypted", protection);
  return { missingEnd: await findMissingEnd(reader, signal), matroska };
}
