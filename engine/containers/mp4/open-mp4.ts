import { Failure, UnusableTrack } from "../../failure.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import type { Container } from "../container.ts";
import type { TrackChoice } from "../track-choice.ts";
import { FragmentedMovie } from "./fragmented-movie.ts";
import { IndexedMovie } from "./indexed-movie.ts";
import { readMovie } from "./movie.ts";
import { UnindexedMovie } from "./unindexed-movie.ts";

/** Opens an MP4 or MOV. Throws the failure that its index shows. */
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
      return new FragmentedMovie(reader, movie);
    case "unindexed":
      return new UnindexedMovie(
        reader,
        movie.track,
        movie.missingEnd
          ? { detail: movie.missingEnd, isInterrupted: false, isOfTrack: true }
          : undefined,
      );
    case "not-mp4":
      return undefined;
  }
}
