import { parseBoxHeader } from "../../../parsing/box.ts";
import { Failure, UnusableTrack } from "../../failure.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { type Container, interrupted, type MissingEnd } from "../container.ts";
import { MOST_ZERO_PADDING_BYTES, readFileTail } from "../file-tail.ts";
import type { TrackChoice } from "../track-choice.ts";
import type { AudioTrack } from "./audio-track.ts";
import { readSegmentIndex } from "./fragment-index.ts";
import { FragmentedMovie } from "./fragmented-movie.ts";
import { IndexedMovie } from "./indexed-movie.ts";
import { type Movie, readMovie } from "./movie.ts";
import { UnindexedMovie } from "./unindexed-movie.ts";

/** Opens an MP4 or MOV. Throws a failure if its index shows that it can't be converted. */
export async function openMp4(
  reader: RangeReader,
  choice: TrackChoice,
  signal: AbortSignal,
): Promise<Container | undefined> {
  const movie = await readMovie(reader, signal, choice);
  switch (movie.kind) {
    case "failed":
      throw new Failure(movie.code, movie.detail, movie.fileKind);
    case "unusable-track":
      throw new UnusableTrack(new Failure(movie.code, movie.detail), movie.trackCount);
    case "indexed":
      return new IndexedMovie(reader, movie);
    case "fragmented":
      return openFragments(reader, movie, signal);
    case "unindexed":
      return new UnindexedMovie(reader, movie.track, await findMissingEnd(reader, movie, signal));
    case "not-mp4":
      return undefined;
  }
}

/** Opens a file in fragments. If it has an index of them, checks that the file is long enough. */
async function openFragments(
  reader: RangeReader,
  movie: Extract<Movie, { kind: "fragmented" }>,
  signal: AbortSignal,
): Promise<FragmentedMovie> {
  const index = await readSegmentIndex(reader, movie.endByte, signal);
  const isShort = index !== undefined && index.endByte > reader.sizeBytes;
  const missingEnd = isShort
    ? interrupted(`the index of the fragments says ${index.endByte} bytes`)
    : await findZeros(reader, movie.track, signal);
  const statedSeconds = movie.statedSeconds ?? index?.seconds;
  return new FragmentedMovie(reader, { ...movie, statedSeconds }, missingEnd);
}

async function findMissingEnd(
  reader: RangeReader,
  { track, missingEnd, mayHaveFragments }: Extract<Movie, { kind: "unindexed" }>,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  if (missingEnd) return { detail: missingEnd, isInterrupted: false, isOfTrack: true };
  return mayHaveFragments && track ? findZeros(reader, track, signal) : undefined;
}

const BOX_HEADER_BYTES = 8;

/** Formats whose audio never ends in zeros. Silent PCM would. */
const CODED = /^(mp4a|Opus|fLaC|alac|ac-3|ec-3|\.mp3)$/;

/** Finds zeros in place of the last fragments. An unfinished download leaves them. */
async function findZeros(
  reader: RangeReader,
  { format }: AudioTrack,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  if (!CODED.test(format)) return undefined;
  const { zeroBytes, startByte, bytes } = await readFileTail(reader, signal);
  if (zeroBytes <= MOST_ZERO_PADDING_BYTES) return undefined;
  // Zeros inside a box for free space replace nothing.
  const zerosAt = reader.sizeBytes - zeroBytes - startByte;
  const header = parseBoxHeader(bytes, zerosAt - BOX_HEADER_BYTES);
  const isSpace = header && /^(free|skip|wide)$/.test(header.type);
  if (isSpace && header.sizeBytes === BOX_HEADER_BYTES + zeroBytes) return undefined;
  return { detail: `the file ends in ${zeroBytes} zeros`, isInterrupted: false };
}
